"""Golden games: inputs with the numbers of their frames give these boards, lines and scores, everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.realtime.boards import play, random_inputs
from tests.realtime.scripted_player import play_piece
from tetris_arcade.config.handling import INSTANT, Handling
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import RealtimeGame, TimedInput
from tetris_arcade.realtime.modes import MARATHON, SPRINT, ULTRA, GameMode
from tetris_arcade.realtime.recording import Recording

_FRAME_US = 16_667
_CONTROLS = {
    "<": Control.MOVE_LEFT,
    ">": Control.MOVE_RIGHT,
    "v": Control.SOFT_DROP,
    "_": Control.HARD_DROP,
    "r": Control.ROTATE_RIGHT,
    "l": Control.ROTATE_LEFT,
    "h": Control.ROTATE_HALF,
    "c": Control.HOLD,
}


def _inputs(text: str) -> list[TimedInput]:
    """Inputs as text: the number of the frame, "+" or "-" for down or up, the control."""
    inputs = []
    for word in text.split():
        frame, is_down, control = int(word[:-2]), word[-2] == "+", word[-1]
        inputs.append(TimedInput(frame * _FRAME_US, _CONTROLS[control], is_down))
    return inputs


def test_a_game_by_frames() -> None:
    """Held directions, soft drop, hold, all rotations and hard drops, in the first seven seconds."""
    inputs = _inputs(
        """
        5+< 40-< 41+r 43-r 44+_ 45-_  60+> 64+l 66-l 90-> 91+_ 92-_  100+c 101-c 110+v 150-v 151+_ 152-_
        160+h 162-h 165+< 166-< 168+< 169-< 171+_ 173-_ 180+> 181+< 200-< 220-> 222+_ 223-_ 240+r 241-r
        244+r 246-r 250+> 251-> 253+_ 254-_ 270+< 275+v 300-< 310-v 400+_ 401-_
        """
    )
    game = play(RealtimeGame(MARATHON, 2026), inputs)
    assert (game.board.digest, game.tally.score, game.tally.pieces) == ("b69020a8a62faee7", 198, 7)


@dataclass(frozen=True)
class Golden:
    """A game of the scripted player, with a frame from press to press, and how it ends or is left."""

    mode: GameMode
    seed: int
    handling: Handling
    level: int
    frames_per_piece: int
    digest: str
    lines: int
    score: int
    end: str | None


_MAX_PIECES = 120
GAMES = (
    Golden(SPRINT, 7, Handling(), 1, 20, "8f919116fb3fe128", 40, 9_118, "goal"),
    Golden(ULTRA, 8, Handling(100, 0), 1, 66, "47ef7ba7bc8fc3af", 41, 9_220, "time"),
    Golden(MARATHON, 9, Handling(80, 10, INSTANT), 8, 15, "443f2bbc184e8c47", 43, 52_966, None),
)


def _play(golden: Golden) -> RealtimeGame:
    game = RealtimeGame(golden.mode, golden.seed, golden.handling, golden.level)
    frame = 0
    while not game.is_over and game.tally.pieces < _MAX_PIECES:
        frame += golden.frames_per_piece
        play_piece(game, frame * _FRAME_US, _FRAME_US)
    return game


@pytest.mark.parametrize("golden", GAMES, ids=lambda golden: f"{golden.mode.key}")
def test_a_golden_game(golden: Golden) -> None:
    game = _play(golden)
    reason = None if game.end is None else game.end.reason
    result = (game.board.digest, game.tally.lines, game.tally.score, reason)
    assert result == (golden.digest, golden.lines, golden.score, golden.end)
    again = Recording.of(game).play_back()
    assert (again.board.digest, again.tally, again.end) == (game.board.digest, game.tally, game.end)


def test_a_golden_game_of_random_controls() -> None:
    game = play(RealtimeGame(MARATHON, 31, Handling(50, 0), 4), random_inputs(31, 1_200, 50_000))
    assert (game.board.digest, game.tally.pieces) == ("fe32dc196bc7fc1a", 26)
