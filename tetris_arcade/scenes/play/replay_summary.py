"""What the screens show of a saved replay, read from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT, EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import _
from tetris_arcade.realtime.modes import MODES, VERSUS_MODES
from tetris_arcade.scenes.model_info import env_text
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.played_games import PlayedGame, list_played_games, load_any_replay
from tetris_arcade.storage.replays import Replay, list_replays

DEFAULT_HEIGHT = EnvConfig().height


@dataclass(frozen=True)
class ReplaySummary:
    """One replay; `error` says why its file cannot be used, and is empty if it can.

    is_played: whether a person played it. is_match: whether it has two sides. height: the rows of the board.
    """

    path: Path
    player: str = ""
    lines: int = 0
    score: int = 0
    pieces: int = 0
    board: str = ""
    saved_at: str = ""
    error: str = ""
    height: int = DEFAULT_HEIGHT
    is_played: bool = False
    is_match: bool = False


def read_replays(paths: DataPaths) -> list[ReplaySummary]:
    """All saved replays of models and people, the newest first, with those that cannot be used.

    Raises UnreadableError if their folders cannot be read now.
    """
    files = [*list_replays(paths), *list_played_games(paths)]
    return [_read_replay(path) for path in sorted(files, key=lambda path: path.name, reverse=True)]


def _read_replay(path: Path) -> ReplaySummary:
    try:
        replay = load_any_replay(path)
    except StorageError as error:
        return ReplaySummary(path, error.summary, error=str(error))
    return _summary_of_played(path, replay) if isinstance(replay, PlayedGame) else _summary(path, replay)


def _summary(path: Path, replay: Replay) -> ReplaySummary:
    return ReplaySummary(
        path,
        player=replay.player,
        lines=replay.lines,
        score=replay.score,
        pieces=len(replay.actions),
        board=env_text(replay.env),
        height=_height(replay.env),
        saved_at=_time_text(replay.saved_at),
    )


def _summary_of_played(path: Path, game: PlayedGame) -> ReplaySummary:
    mode = {**MODES, **VERSUS_MODES}.get(game.mode)
    return ReplaySummary(
        path,
        player=_player_text(game),
        lines=game.lines,
        score=game.score,
        pieces=game.pieces,
        board=game.mode if mode is None else _(mode.name),
        saved_at=_time_text(game.saved_at),
        is_played=True,
        is_match=game.second is not None or game.machine is not None,
    )


def _player_text(game: PlayedGame) -> str:
    if game.second is not None:
        return _("Two people")
    return _("You") if game.machine is None else _("You against {name}").format(name=game.machine.model)


def _time_text(saved_at: str) -> str:
    return saved_at[:16].replace("T", " ")


def _height(env: dict[str, Any]) -> int:
    """The rows of a replay's board; a configuration that is not valid is refused when it is watched."""
    height = env.get("height")
    return height if isinstance(height, int) and MIN_HEIGHT <= height <= MAX_HEIGHT else DEFAULT_HEIGHT
