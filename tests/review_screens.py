"""First scenes with a review that is done, and with a game that a person has taken over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.fakes import as_fake
from tests.sample_data import STACK
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.game_review import CostlyPlacement, GameReview, PlacedPiece, RatedPlacement
from tetris_arcade.languages import _
from tetris_arcade.scenes.base import Pop, Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.scenes.play.take_over import TakeOverScene
from tetris_arcade.worker.shared.messages import Reviewed, WorkerState

_ROWS = ["0" * 10] * (20 - len(STACK)) + ["".join(str(".IOTSZJL#".index(c)) for c in row) for row in STACK]
BOARD = "".join(_ROWS)
_COSTLY = CostlyPlacement(
    17,
    PlacedPiece(BOARD, 0, 1, ()),
    RatedPlacement(((11, 2), (11, 3), (11, 4), (11, 5)), 23.08),
    RatedPlacement(((16, 2), (17, 2), (18, 2), (19, 2)), 38.26),
    (
        ("holes", 14.0),
        ("lines", 4.5),
        ("height", -2.98),
        ("wells", -1.5),
        ("bumpiness", 0.66),
        ("transitions", 0.4),
        ("landing height", 0.1),
    ),
)
REVIEW = GameReview("champion", 63, 41, (_COSTLY, replace(_COSTLY, number=40), replace(_COSTLY, number=3)))


def open_review(context: Context) -> Scene:
    player = as_fake(context.player)
    player.answers, player.state_after_start = [Reviewed(REVIEW)], WorkerState.STOPPED
    return ReviewScene(context, ReviewedGame(_("You"), Path("game.json")), "champion")


def open_taken_game(context: Context) -> Scene:
    position = GamePosition(BOARD, "0213456" * 9, 42, 128, 900)
    return TakeOverScene(context, position, lambda _position: Pop())
