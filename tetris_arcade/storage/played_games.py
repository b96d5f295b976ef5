"""Saved games of people: what was pressed, and when, in a few kilobytes of plain JSON each."""

from __future__ import annotations

import binascii
import dataclasses
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tetris_arcade.config.handling import Handling
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.storage.atomic import read_file
from tetris_arcade.storage.errors import DamagedError, printable_path
from tetris_arcade.storage.metadata import now_iso
from tetris_arcade.storage.replays import (
    MAX_REPLAY_BYTES,
    Replay,
    list_games,
    pack_bytes,
    parse_replay,
    save_numbered,
    unpack_bytes,
)
from tetris_arcade.storage.strict_json import dump_json, parse_json
from tetris_arcade.storage.versions import refuse_newer

PLAYED_GAME_VERSION = 1
MAX_PLAYED_GAMES = 200
MAX_INPUT_BYTES = 4 * 2**20
_MAX_NAME, _MAX_MODEL_NAME = 40, 200


@dataclass(frozen=True)
class SecondPerson:
    """The other side of a game of two people. inputs: as those of the game."""

    inputs: bytes


@dataclass(frozen=True)
class MachineOpponent:
    """The other side of a game against a model. boards, inputs: as `realtime.stored_machine` packs them."""

    model: str
    level: int
    boards: bytes
    inputs: bytes

    def __post_init__(self) -> None:
        if len(self.model) > _MAX_MODEL_NAME or self.level < 1:
            raise ValueError("the machine is unknown")


@dataclass(frozen=True)
class PlayedGame:
    """One game. The same mode, seed, level, handling and inputs give the same game.

    mode: the key of its `GameMode`. inputs: as `realtime.stored_games` packs them. end_us: the time at which
    it ended. lines, score, pieces, digest: how it ended; the digest is that of the board. second, machine:
    the other side of a match, None for a game alone.
    """

    mode: str
    seed: int
    level: int
    handling: Handling
    inputs: bytes
    end_us: int
    lines: int
    score: int
    pieces: int
    digest: str
    saved_at: str = ""
    version: int = PLAYED_GAME_VERSION
    second: SecondPerson | None = None
    machine: MachineOpponent | None = None

    def __post_init__(self) -> None:
        if self.version != PLAYED_GAME_VERSION:
            raise ValueError(f"version {self.version} is not supported by this program")
        if len(self.inputs) > MAX_INPUT_BYTES:
            raise ValueError(f"inputs must be at most {MAX_INPUT_BYTES} bytes, got {len(self.inputs)}")
        if len(self.mode) > _MAX_NAME:
            raise ValueError("the form of the game is unknown")
        if min(self.seed, self.end_us, self.lines, self.score, self.pieces) < 0:
            raise ValueError("a number is negative")


@dataclass(frozen=True)
class _SecondPersonFields:
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class _MachineFields:
    model: str
    level: int
    boards: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    """The fields of a file; bytes are packed into text."""

    mode: str
    seed: int
    level: int
    handling: Handling
    inputs: tuple[str, ...]
    end_us: int
    lines: int
    score: int
    pieces: int
    digest: str
    saved_at: str
    version: int
    second: _SecondPersonFields | None = None
    machine: _MachineFields | None = None


def save_played_game(paths: DataPaths, game: PlayedGame) -> Path:
    """Save a game to a new file; `saved_at` is set to now if it is empty.

    Only the newest MAX_PLAYED_GAMES files are kept. Raises StorageError if it cannot be written.
    """
    game = game if game.saved_at else dataclasses.replace(game, saved_at=now_iso())
    return save_numbered(paths.played_games, encode_played_game(game), MAX_PLAYED_GAMES)


def list_played_games(paths: DataPaths) -> list[Path]:
    """The files, newest first; raises UnreadableError if their folder cannot be read now."""
    return list_games(paths.played_games)


def load_played_game(path: Path) -> PlayedGame:
    """Read a game; raises StorageError if it is missing, damaged, no game of a person, or unreadable now."""
    return parse_played_game(read_file(path, MAX_REPLAY_BYTES), printable_path(path.name, 80))


def load_any_replay(path: Path) -> Replay | PlayedGame:
    """Read the game of a model or of a person; raises StorageError as the loader of each does."""
    return parse_any_replay(read_file(path, MAX_REPLAY_BYTES), printable_path(path.name, 80))


def parse_any_replay(content: bytes, what: str = "the replay") -> Replay | PlayedGame:
    """The game in the content of either kind of file; raises StorageError as the parser of each does."""
    data = parse_json(content, what)
    is_played = isinstance(data, dict) and "inputs" in data
    return parse_played_game(content, what) if is_played else parse_replay(content, what)


def encode_played_game(game: PlayedGame) -> bytes:
    """The content of a file."""
    fields: dict[str, Any] = _fields(game)
    fields["inputs"] = pack_bytes(game.inputs)
    if game.second is not None:
        fields["second"] = _SecondPersonFields(pack_bytes(game.second.inputs))
    if (machine := game.machine) is not None:
        boards, inputs = pack_bytes(machine.boards), pack_bytes(machine.inputs)
        fields["machine"] = _MachineFields(machine.model, machine.level, boards, inputs)
    return dump_json(to_plain(_File(**fields)))


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, not those inside of them."""
    return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}


def parse_played_game(content: bytes, what: str = "the replay") -> PlayedGame:
    """The inverse of `encode_played_game`.

    Raises NewerVersionError if a newer version of the program wrote it, DamagedError for anything else.
    """
    data = parse_json(content, what)
    refuse_newer(data, _File, PLAYED_GAME_VERSION, "version", what)
    try:
        stored = from_plain(_File, data)
        fields = _fields(stored)
        fields["inputs"] = _unpack(stored.inputs)
        if stored.second is not None:
            fields["second"] = SecondPerson(_unpack(stored.second.inputs))
        if (machine := stored.machine) is not None:
            boards, inputs = _unpack(machine.boards), _unpack(machine.inputs)
            fields["machine"] = MachineOpponent(machine.model, machine.level, boards, inputs)
        return PlayedGame(**fields)
    except DataValidationError as error:
        raise DamagedError(f"{what} is damaged: {error}") from error
    except (ValueError, zlib.error, binascii.Error) as error:
        raise DamagedError(f"{what} is damaged: its inputs cannot be read") from error


def _unpack(lines: tuple[str, ...]) -> bytes:
    return unpack_bytes(lines, MAX_INPUT_BYTES)
