"""Saved games: seed, configuration and actions, in a few kilobytes of plain JSON each."""

from __future__ import annotations

import base64
import binascii
import contextlib
import dataclasses
import logging
import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.storage.atomic import folder_names, read_file, write_file_atomic
from tetris_arcade.storage.errors import DamagedError, UnreadableError, printable_path
from tetris_arcade.storage.metadata import now_iso
from tetris_arcade.storage.strict_json import dump_json, parse_json
from tetris_arcade.storage.versions import refuse_newer

logger = logging.getLogger(__name__)

REPLAY_VERSION = 1
NUM_ACTIONS = 40
MAX_ACTIONS = 1_000_000
MAX_REPLAY_BYTES = 2 * 2**20
MAX_REPLAYS = 200
_START_STATE = re.compile(r"[0-9a-f]{112}")
_FILE_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}\.json")
_TIME_FORMAT = "%Y%m%d-%H%M%S-%f"


@dataclass(frozen=True)
class Replay:
    """One game. The same configuration, seed and actions give the same boards.

    env: the configuration as a plain dict (`to_plain(EnvConfig)`). actions: one byte per action, 0..39.
    start_state: generator and garbage at the start of a game in a running simulation, seven 64-bit words in
    hexadecimal (see `engine.game_state`); if empty, they follow from the seed.
    """

    env: dict[str, Any]
    seed: int
    actions: bytes
    lines: int
    score: int
    player: str
    saved_at: str = ""
    version: int = REPLAY_VERSION
    start_state: str = ""

    def __post_init__(self) -> None:
        if self.version != REPLAY_VERSION:
            raise ValueError(f"version {self.version} is not supported by this program")
        if len(self.actions) > MAX_ACTIONS or (self.actions and max(self.actions) >= NUM_ACTIONS):
            raise ValueError(f"actions must be at most {MAX_ACTIONS} numbers below {NUM_ACTIONS}")
        if self.start_state and not _START_STATE.fullmatch(self.start_state):
            raise ValueError("start_state must be seven words in hexadecimal")


@dataclass(frozen=True)
class _ReplayFile:
    """The fields of a replay file; the actions are packed into text."""

    seed: int
    actions: tuple[str, ...]
    lines: int
    score: int
    player: str
    saved_at: str
    version: int
    begun: str = ""
    env: dict[str, Any] = field(default_factory=dict)


def save_replay(paths: DataPaths, replay: Replay, path: Path | None = None) -> Path:
    """Save a replay to a new file, or replace the one at `path`; returns the file.

    `saved_at` is set to now if it is empty. Only the newest MAX_REPLAYS files are kept.
    """
    replay = replay if replay.saved_at else dataclasses.replace(replay, saved_at=now_iso())
    if path is not None:
        write_file_atomic(path, encode_replay(replay))
        return path
    return save_numbered(paths.replays, encode_replay(replay), MAX_REPLAYS)


def save_numbered(folder: Path, content: bytes, max_files: int) -> Path:
    """Save a game to a new file that is named by the time; only the newest `max_files` are kept."""
    path = folder / f"{_next_name(list_games(folder))}.json"
    write_file_atomic(path, content)
    with contextlib.suppress(OSError, UnreadableError):
        for old in list_games(folder)[max_files:]:
            logger.info("deleting the replay %s: at most %d are kept", old.name, max_files)
            old.unlink(missing_ok=True)
    return path


def _next_name(replays: list[Path]) -> str:
    """The current time, or just after the newest replay's if the clock was set back.

    A new replay thus never counts as the oldest.
    """
    moment = datetime.now()
    with contextlib.suppress(IndexError, ValueError, OverflowError):
        moment = max(moment, datetime.strptime(replays[0].stem, _TIME_FORMAT) + timedelta(microseconds=1))
    return moment.strftime(_TIME_FORMAT)


def load_replay(path: Path) -> Replay:
    """Read a replay; raises StorageError if it is missing, damaged or cannot be read now."""
    return parse_replay(read_file(path, MAX_REPLAY_BYTES), printable_path(path.name, 80))


def list_replays(paths: DataPaths) -> list[Path]:
    """The replay files, newest first; raises UnreadableError if their folder cannot be read now."""
    return list_games(paths.replays)


def list_games(folder: Path) -> list[Path]:
    """The files that `save_numbered` wrote, newest first; raises UnreadableError as `list_replays` does."""
    names = [name for name in folder_names(folder) if _FILE_NAME.fullmatch(name)]
    return [folder / name for name in reversed(names)]


def encode_replay(replay: Replay) -> bytes:
    """The content of a replay file; raises ValueError if the configuration is not plain and finite."""
    fields = {item.name: getattr(replay, item.name) for item in dataclasses.fields(replay)}
    fields |= {"actions": pack_bytes(replay.actions), "begun": fields.pop("start_state")}
    return dump_json(to_plain(_ReplayFile(**fields)))


def parse_replay(content: bytes, what: str = "the replay") -> Replay:
    """The inverse of `encode_replay`.

    Raises NewerVersionError if a newer version of the program wrote it, DamagedError for anything else.
    """
    data = parse_json(content, what)
    refuse_newer(data, _ReplayFile, REPLAY_VERSION, "version", what)
    try:
        stored = from_plain(_ReplayFile, data)
        fields = {item.name: getattr(stored, item.name) for item in dataclasses.fields(stored)}
        fields |= {"actions": unpack_bytes(stored.actions, MAX_ACTIONS), "start_state": fields.pop("begun")}
        return Replay(**fields)
    except DataValidationError as error:
        raise DamagedError(f"{what} is damaged: {error}") from error
    except (ValueError, zlib.error, binascii.Error) as error:
        raise DamagedError(f"{what} is damaged: its actions cannot be read") from error


def pack_bytes(data: bytes) -> tuple[str, ...]:
    """Compress bytes to lines of text."""
    text = base64.b64encode(zlib.compress(data, 9)).decode()
    return tuple(text[start : start + 1_024] for start in range(0, len(text), 1_024))


def unpack_bytes(lines: tuple[str, ...], max_bytes: int) -> bytes:
    """The inverse of `pack_bytes`; raises ValueError or zlib.error for more than `max_bytes`, or a part."""
    inflater = zlib.decompressobj()
    data = inflater.decompress(base64.b64decode("".join(lines), validate=True), max_bytes + 1)
    if not inflater.eof or inflater.unused_data or len(data) > max_bytes:
        raise ValueError("the data is too long or truncated")
    return data
