"""The game in a video: a new game of a model, or a replay of a model's or a person's game."""

from __future__ import annotations

from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.single_game import Game
from tetris_arcade.realtime.board import VISIBLE_ROWS
from tetris_arcade.realtime.stored_games import match_from, recording_from
from tetris_arcade.storage.played_games import PlayedGame, load_any_replay
from tetris_arcade.training.players import Player, load_player
from tetris_arcade.training.replay_player import ReplayPlayer
from tetris_arcade.video.played_game import MatchVideo, PlayedGameVideo
from tetris_arcade.video.renderer import PacedGame, VideoGame

_SEED = 1
_SPEED = 4.0
"""Pieces per second of a model's game."""
_PERSON, _TWO_PEOPLE = "a person", "two people"


def video_game_from_name(
    slot: str, paths: DataPaths, speed: float | None, lookahead: bool, seed: int | None
) -> tuple[VideoGame, str, int]:
    """(the game of a video, the name of its player, the rows of its board).

    `slot` names a model, a reference player or a replay file. speed: in pieces per second; None for a
    person's game in real time, or a model's at 4. Raises UnknownModelError if there is no such player.
    """
    player: Player
    if slot.endswith(".json"):
        replay = load_any_replay(Path(slot))
        if isinstance(replay, PlayedGame):
            return (*_played_video(replay, speed), VISIBLE_ROWS)
        player = ReplayPlayer(replay)
        game = player.new_game()
    else:
        player = load_player(slot, paths)
        game = Game(seed=_SEED if seed is None else seed)
    return PacedGame(game, player, speed or _SPEED, lookahead), player.name, game.height


def _played_video(stored: PlayedGame, speed: float | None) -> tuple[VideoGame, str]:
    """(the video of a game that people played, the name of its players)."""
    match = match_from(stored)
    if match is None:
        return PlayedGameVideo(recording_from(stored), stored.pieces, speed), _PERSON
    name = _TWO_PEOPLE if stored.machine is None else f"{_PERSON}, {stored.machine.model}"
    return MatchVideo(match, stored.pieces, speed), name
