"""The attract mode's pages on learning tell real moves: guess, outcome, correction, age and curve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import STACK, set_board, show_demo, show_training
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.engine.insight import Outcome
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.how_it_works import correction_text
from tetris_arcade.scenes.judged_moves import JudgedMoves
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.messages import TrainTask
from tetris_arcade.worker.shared.telemetry import empty_frame

OUTCOME = Outcome(expected=31.5, reward=1.0, to_come=27.25)
SIZES = ((800, 480), (1280, 720), (1920, 1080), (1080, 1920))


def _show_move(client: FakeWorkerClient, move: int, outcome: Outcome = OUTCOME) -> BoardModel:
    """Show a move, and what came of the one before it."""
    frame = empty_frame()[0]
    view = set_board(frame["boards"][0], STACK, "T", 4 * 4 + 2, move=move, game=1, move_seconds=0.33)
    assert view.insight is not None
    view = replace(view, insight=replace(view.insight, outcome=outcome))
    write_board(frame["boards"][0], view)
    frame["num_boards"], frame["counters"] = 1, client.frame["counters"]
    client.frame = frame
    return view


def _turn_to(pilot: Pilot, page: str) -> AttractScene:
    """Let the attract mode go on until it shows a page."""
    scene: Any = pilot.app.top
    for _ in range(400):
        if scene._page == page:
            break
        pilot.advance(0.5)
    assert scene._page == page
    return scene  # type: ignore[no-any-return]


def _open_lesson(open_pilot: OpenPilot, size: tuple[int, int], settings: Settings | None = None) -> Pilot:
    def open_attract(context: Context) -> AttractScene:
        show_demo(context)
        return AttractScene(context)

    pilot = open_pilot(open_attract, size, settings, 0.1)
    _turn_to(pilot, "lesson")
    for move in (1, 2):
        _show_move(as_fake(pilot.app.context.player), move)
        pilot.advance(0.1)
    return pilot


def test_what_came_of_a_move_is_known_with_the_next_one() -> None:
    client, moves, views = FakeWorkerClient(), JudgedMoves(), []
    for move in (1, 2, 5):
        views.append(_show_move(client, move))
        moves.follow(views[-1])
        if move == 1:
            assert moves.latest is None
    assert moves.latest is not None
    assert moves.latest.view is views[0]
    assert moves.latest.outcome == OUTCOME
    moves.follow(replace(views[-1], game=2, move=6))
    assert moves.latest.view is views[0]


@pytest.mark.parametrize(
    ("to_come", "word"), [(27.25, "Too high by 3.25"), (31.0, "Too low by 0.50"), (30.5, "Right!")]
)
def test_correction_is_told_in_words(to_come: float, word: str) -> None:
    assert word in correction_text(Outcome(31.5, 1.0, to_come))


@pytest.mark.parametrize("size", SIZES)
def test_lesson_tells_guess_then_outcome_then_correction(
    open_pilot: OpenPilot, size: tuple[int, int]
) -> None:
    pilot = _open_lesson(open_pilot, size)
    seen = []
    for _ in range(3):
        seen.append([pilot.sees(number) for number in ("31.50", "28.25", "-3.25")])
        pilot.advance(2.65)
    assert seen == [[True, False, False], [True, True, False], [True, True, True]]
    assert not pilot.cut_texts()


def test_lesson_says_how_long_the_champion_has_practised(open_pilot: OpenPilot) -> None:
    pilot = _open_lesson(open_pilot, (1280, 720))
    assert pilot.sees("12,000,000 moves practised")
    scene: Any = pilot.app.top
    assert not scene._shown_student.graph.is_empty


def test_lesson_stands_still_with_reduced_motion(open_pilot: OpenPilot) -> None:
    settings = Settings(DisplaySettings(reduced_motion=True))
    pilot = _open_lesson(open_pilot, (1280, 720), settings)
    pictures = set()
    for _ in range(20):
        pictures.add(pilot.app.display.surface.get_buffer().raw)
        pilot.advance(0.1)
    assert len(pictures) == 1


@pytest.mark.parametrize("size", SIZES)
def test_training_page_shows_guess_age_and_curve(open_pilot: OpenPilot, size: tuple[int, int]) -> None:
    def open_attract(context: Context) -> AttractScene:
        show_demo(context)
        show_training(context).start(TrainTask(speed=4.0))
        return AttractScene(context)

    pilot = open_pilot(open_attract, size, None, 0.1)
    _turn_to(pilot, "learning")
    for move in (1, 2):
        _show_move(as_fake(pilot.app.context.trainer), move)
        pilot.advance(0.1)
    for text in ("31.50", "28.25", "-3.25", "Too high by 3.25", "187,408", "0:01:34"):
        assert pilot.sees(text)
    assert not pilot.cut_texts()
