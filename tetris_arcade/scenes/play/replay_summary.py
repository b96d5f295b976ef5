"""What the screens show of a saved replay, read from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT, EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.scenes.model_info import env_text
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import list_replays, load_replay

DEFAULT_HEIGHT = EnvConfig().height


@dataclass(frozen=True)
class ReplaySummary:
    """One replay; `error` says why its file cannot be used, and is empty if it can."""

    path: Path
    player: str = ""
    lines: int = 0
    score: int = 0
    pieces: int = 0
    board: str = ""
    saved_at: str = ""
    error: str = ""
    height: int = DEFAULT_HEIGHT


def read_replays(paths: DataPaths) -> list[ReplaySummary]:
    """All saved replays, the newest first, with those that cannot be used.

    Raises UnreadableError if their folder cannot be read now.
    """
    return [_read_replay(path) for path in list_replays(paths)]


def _read_replay(path: Path) -> ReplaySummary:
    try:
        replay = load_replay(path)
    except StorageError as error:
        return ReplaySummary(path, error.summary, error=str(error))
    return ReplaySummary(
        path,
        player=replay.player,
        lines=replay.lines,
        score=replay.score,
        pieces=len(replay.actions),
        board=env_text(replay.env),
        height=_height(replay.env),
        saved_at=replay.saved_at[:16].replace("T", " "),
    )


def _height(env: dict[str, Any]) -> int:
    """The rows of a replay's board; a configuration that is not valid is refused when it is watched."""
    height = env.get("height")
    return height if isinstance(height, int) and MIN_HEIGHT <= height <= MAX_HEIGHT else DEFAULT_HEIGHT
