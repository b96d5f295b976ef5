"""Inside the learner: each page shows the numbers of the records, and one update is worked through."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import show_training
from tests.screens import open_training
from tetris_arcade.config.learner_record import empty_learner
from tetris_arcade.config.probes import PROBES
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.training.inside.positions import value_then
from tetris_arcade.scenes.training.inside.scene import InsideScene
from tetris_arcade.scenes.training.inside.update_page import update_board, update_texts


@pytest.fixture
def inside(open_pilot: OpenPilot) -> Pilot:
    pilot = open_pilot(open_training, (1280, 720))
    pilot.press("i")
    pilot.advance(0.5)
    return pilot


def _trainer(pilot: Pilot) -> FakeWorkerClient:
    scene = pilot.app.top
    assert isinstance(scene, InsideScene)
    return as_fake(scene.context.trainer)


def test_quantities_are_those_of_the_learner(inside: Pilot) -> None:
    for text in ("REPLAY BUFFER", "187k", "2.13%", "0.482", "3.71", "+998", "-40", "1.8%"):
        assert inside.sees(text), text


def test_an_update_is_worked_through_and_stays_until_the_next_is_asked_for(inside: Pilot) -> None:
    trainer = _trainer(inside)
    inside.press("g")
    assert inside.sees("22.780 - 21.904 = +0.876")
    assert inside.sees("1.000 + 0.99 x 22.000 = 22.780")
    newer = trainer.learner.copy()
    newer["update"]["value"], newer["update"]["td_error"] = 20.78, 2.0
    trainer.learner = newer
    inside.advance(0.1)
    assert inside.sees("22.780 - 21.904 = +0.876")
    inside.press("return")
    assert inside.sees("22.780 - 20.780 = +2.000")


def test_a_paused_training_shows_its_last_update(inside: Pilot) -> None:
    trainer = _trainer(inside)
    inside.press("g", "p")
    newer = trainer.learner.copy()
    newer["update"]["value"], newer["update"]["td_error"] = 20.78, 2.0
    trainer.learner = newer
    inside.advance(0.1)
    assert inside.sees("22.780 - 20.780 = +2.000")


def test_texts_of_an_update_hold_its_numbers(inside: Pilot) -> None:
    update = _trainer(inside).learner["update"]
    texts = update_texts(update)
    assert "Number 17 of 32" in texts[0]
    assert "stored 41,312 moves ago" in texts[0]
    assert "is not cut" in texts[3]
    assert "0.48213 - 0.00172 x -0.214 / root of 0.0931 = 0.48334" in texts[4]
    assert "7.2%" in texts[5]
    update["ending"], update["gradient_norm"] = 1, 12.0
    assert "nothing comes after it" in update_texts(update)[1]
    assert "It is cut to 10." in update_texts(update)[3]


def test_the_next_board_shows_the_place_that_counts_in_the_target(inside: Pilot) -> None:
    update = _trainer(inside).learner["update"]
    board = update_board(update)
    assert board.action == int(update["actions"][np.nanargmax(update["values"][:17])]) == 8
    assert float(np.nanmax(board.values)) == pytest.approx(float(update["next_value"]))
    assert board.cells.shape == (20, 10)
    assert np.count_nonzero(board.cells) == sum(
        bin(column).count("1") for column in update["columns"].tolist()
    )


def test_before_the_first_update_it_waits(open_pilot: OpenPilot) -> None:
    def open_inside(context: Context) -> InsideScene:
        show_training(context).learner = empty_learner()[0]
        return InsideScene(context)

    pilot = open_pilot(open_inside, (1280, 720))
    pilot.press("g")
    assert pilot.sees("Waiting for the first update")


def test_the_same_position_then_and_now(inside: Pilot) -> None:
    series = _trainer(inside).series
    inside.press("g", "g")
    first, last = (value_then(series, PROBES[0], share)[1] for share in (0.0, 1.0))
    assert first < last
    assert inside.sees(f"{first:.2f}")
    assert inside.sees(f"{last:.2f}")
    inside.press(*["right"] * 10)
    assert not inside.sees(f"{first:.2f}")
    assert inside.sees(f"{value_then(series, PROBES[0], 0.5)[1]:.2f}")
