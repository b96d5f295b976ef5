"""Games to be looked at again: seed, configuration and actions, in a few kilobytes of plain JSON each."""

from __future__ import annotations

import base64
import binascii
import contextlib
import dataclasses
import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.storage.atomic import read_file, write_file_atomic
from tetris_arcade.storage.errors import StorageError, printable_path
from tetris_arcade.storage.metadata import now_iso
from tetris_arcade.storage.strict_json import dump_json, parse_json

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
    """One game, to be played again exactly: the same configuration, seed and actions give the same boards.

    env: the configuration as a plain dict (`to_plain(EnvConfig)`). actions: one byte each, 0..39. start_state: for
    a game in the middle of many, seven 64-bit words in hexadecimal, see `engine.games`; else the seed tells
    its pieces.
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
            raise ValueError(f"version {self.version} is not known to this program")
        if len(self.actions) > MAX_ACTIONS or (self.actions and max(self.actions) >= NUM_ACTIONS):
            raise ValueError(f"actions must be at most {MAX_ACTIONS} numbers under {NUM_ACTIONS}")
        if self.start_state and not _START_STATE.fullmatch(self.start_state):
            raise ValueError("start_state must be seven words in hexadecimal")


@dataclass(frozen=True)
class _ReplayFile:
    """A record as it lies in its file, with the actions packed into text."""

    seed: int
    actions: tuple[str, ...]
    lines: int
    score: int
    player: str
    saved_at: str
    version: int
    begun: str = ""
    env: dict[str, Any] = field(default_factory=dict)


def save_replay(paths: DataPaths, record: Replay, path: Path | None = None) -> Path:
    """Keep a record, dated now where it has no time, in a file of its own or in place of the one at `path`;
    beyond a bounded number the oldest are forgotten."""
    record = record if record.saved_at else dataclasses.replace(record, saved_at=now_iso())
    if path is None:
        path = paths.replays / f"{_next_name(list_replays(paths))}.json"
    write_file_atomic(path, encode_replay(record))
    for old in list_replays(paths)[MAX_REPLAYS:]:
        old.unlink(missing_ok=True)
    return path


def _next_name(records: list[Path]) -> str:
    """The time by the clock; where the clock was set back, just after the newest record's, so that a new one
    is never taken for the oldest."""
    moment = datetime.now()
    with contextlib.suppress(IndexError, ValueError, OverflowError):
        moment = max(moment, datetime.strptime(records[0].stem, _TIME_FORMAT) + timedelta(microseconds=1))
    return moment.strftime(_TIME_FORMAT)


def load_replay(path: Path) -> Replay:
    """A record from its file; StorageError where it is missing or damaged."""
    return parse_replay(read_file(path, MAX_REPLAY_BYTES), printable_path(path.name, 80))


def list_replays(paths: DataPaths) -> list[Path]:
    """The records' files, the newest first."""
    try:
        found = [path for path in paths.replays.iterdir() if _FILE_NAME.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, reverse=True)


def encode_replay(record: Replay) -> bytes:
    """The record as a file's bytes; ValueError where its configuration is not plain and finite."""
    fields = {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}
    fields |= {"actions": _pack(record.actions), "begun": fields.pop("start_state")}
    return dump_json(to_plain(_ReplayFile(**fields)))


def parse_replay(content: bytes, what: str = "the record") -> Replay:
    """The reverse of `encode_replay`; StorageError for anything else."""
    try:
        stored = from_plain(_ReplayFile, parse_json(content, what))
        fields = {item.name: getattr(stored, item.name) for item in dataclasses.fields(stored)}
        fields |= {"actions": _unpack(stored.actions), "start_state": fields.pop("begun")}
        return Replay(**fields)
    except DataValidationError as error:
        raise StorageError(f"{what} is damaged: {error}") from error
    except (ValueError, zlib.error, binascii.Error) as error:
        raise StorageError(f"{what} is damaged: its actions cannot be read") from error


def _pack(actions: bytes) -> tuple[str, ...]:
    """Compressed, as lines of text."""
    text = base64.b64encode(zlib.compress(actions, 9)).decode()
    return tuple(text[start : start + 1_024] for start in range(0, len(text), 1_024))


def _unpack(lines: tuple[str, ...]) -> bytes:
    inflater = zlib.decompressobj()
    actions = inflater.decompress(base64.b64decode("".join(lines), validate=True), MAX_ACTIONS + 1)
    if not inflater.eof or inflater.unused_data:
        raise ValueError("the actions are too many or cut short")
    return actions
