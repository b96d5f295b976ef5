"""The agent's view: values, reasons and outcome on the screen, and the placement that they compare with."""

from __future__ import annotations

import pytest

from tests.fake_screens import open_demo
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import sample_insight
from tests.screens import open_training
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.languages import format_number
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.training.contributions import CONTRIBUTION_NAMES, GROUPS
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.insight_panel import reasons
from tetris_arcade.ui.widgets.insight_texts import FEATURE_NAMES, NAMES, REASONS, format_value


def _board(pilot: Pilot) -> BoardModel:
    scene = pilot.app.top
    assert isinstance(scene, TrainScene)
    return scene._view


def test_five_best_are_shown_with_their_values(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training)
    pilot.press("h")
    board = _board(pilot)
    assert len(board.candidates) == 5
    for action in board.candidates:
        assert pilot.sees(format_value(float(board.values[action])))


def test_keys_choose_what_is_compared(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training)
    pilot.press("h")
    assert pilot.sees("WHY A, NOT B")
    pilot.press("down", "down")
    assert pilot.sees("WHY A, NOT D")
    pilot.press("down", "down")
    assert pilot.sees("WHY A, NOT B")  # never with itself
    pilot.press("up")
    assert pilot.sees("WHY A, NOT E")


def test_click_on_a_bar_compares_with_it(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training)
    pilot.press("h")
    board = _board(pilot)
    pilot.click(format_value(float(board.values[board.candidates[3]])))
    assert pilot.sees("WHY A, NOT D")


def test_gap_and_its_parts_are_shown(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training)
    pilot.press("h", "down", "down")
    insight = _board(pilot).insight
    assert insight is not None
    assert pilot.sees(format_value(insight.gap(3), signed=True))
    for name, value in reasons(insight, 3, "visitor"):
        assert pilot.sees(name)
        assert pilot.sees(format_value(value, signed=True))


def test_guess_and_truth_of_the_last_move_are_shown(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training)
    pilot.press("h")
    for text in ("guessed", "35.20", "1.00", "to come", "34.74", "correction", "+0.54"):
        assert pilot.sees(text)


def test_students_read_the_terms(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training, settings=Settings(DisplaySettings(wording="student")))
    pilot.press("h")
    assert all(pilot.sees(text) for text in ("TD error", "reward", "column heights"))


def test_demo_has_the_view_in_place_of_its_lists(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_demo)
    pilot.press("h", "down")
    assert pilot.sees("WHY A, NOT C")
    assert not pilot.sees("CHALLENGE")
    pilot.press("h")
    assert not pilot.sees("WHY A, NOT C")
    assert pilot.sees("CHALLENGE")


@pytest.mark.parametrize("wording", ["visitor", "student"])
def test_reasons_sum_to_the_gap(wording: str, open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training)
    insight = sample_insight(_board(pilot))
    for other in range(len(insight.actions)):
        parts = reasons(insight, other, wording)  # type: ignore[arg-type]
        assert sum(value for _, value in parts) == pytest.approx(insight.gap(other), abs=1e-4)
        assert len(parts) <= 7


def test_every_feature_has_a_name_and_a_group() -> None:
    assert NAMES == CONTRIBUTION_NAMES
    assert set(FEATURE_NAMES) == set(NAMES)
    assert [names for _, names in REASONS] == [*GROUPS.values()]


def test_values_keep_three_digits() -> None:
    shown = [format_value(value) for value in (0.123, 36.0, 412.34, -12_345.6)]
    assert shown == ["0.12", "36.00", "412.3", format_number(-12_346)]
