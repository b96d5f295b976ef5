"""Inside the learner: each page shows the numbers of the records, and one update is worked through."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from pygame.event import Event

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
from tetris_arcade.scenes.training.stats import all_graphs
from tetris_arcade.ui.widgets.graph import Graph


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


def _graph(pilot: Pilot) -> Graph:
    scene = pilot.app.top
    assert isinstance(scene, InsideScene)
    graph = scene._graphs._shown
    assert graph is not None
    return graph


def test_the_cursor_reads_the_values_of_a_graph(inside: Pilot) -> None:
    inside.press("g", "g", "g")
    assert inside.sees("Move the cursor to read the values")
    inside.press("left", *["left"] * 25)
    graph = _graph(inside)
    assert graph.cursor is not None
    curve = graph.curves[1]
    index = int(np.abs(curve.timesteps - graph.cursor).argmin())
    assert inside.sees(f"At move {round(graph.cursor):,}:")
    assert inside.sees(f"average {curve.values[index]:,.0f}")


def test_zoom_shows_the_part_around_the_cursor(inside: Pilot) -> None:
    inside.press("g", "g", "g", "left", *["left"] * 25)
    cursor = _graph(inside).cursor
    inside.press("+", "+", "+")
    span = _graph(inside).span
    assert span is not None
    assert cursor is not None
    assert span[0] < cursor < span[1]
    assert span[1] - span[0] < 187_408 / 4
    inside.press(*["right"] * 60)  # the part that is shown follows
    moved, cursor = _graph(inside).span, _graph(inside).cursor
    assert moved is not None
    assert cursor is not None
    assert moved[0] > span[0]
    assert moved[0] <= cursor <= moved[1] + 1.0
    inside.press(*["-"] * 9)
    assert _graph(inside).span is None


def test_a_pointer_moves_the_cursor_and_a_wheel_zooms(inside: Pilot) -> None:
    inside.press("g", "g", "g")
    inside.send()
    scene = inside.app.top
    assert isinstance(scene, InsideScene)
    plot = scene._graphs._plot
    assert plot.width > 1_000
    for x, share in ((plot.left, 0.0), (plot.centerx, 0.5)):
        inside.send(Event(pygame.MOUSEMOTION, pos=(x, 300), rel=(1, 1), buttons=(0, 0, 0)))
        cursor = _graph(inside).cursor
        assert cursor is not None
        assert cursor == pytest.approx(share * 187_408 * 1.02, abs=200)
    inside.send(Event(pygame.MOUSEWHEEL, x=0, y=1, flipped=False))
    inside.send()
    assert _graph(inside).span is not None


def test_another_run_is_laid_over_from_its_own_start(inside: Pilot) -> None:
    inside.press("g", "g", "g", "return")
    graph = _graph(inside)
    assert inside.sees("laid over: ")
    (other,) = [curve for curve in graph.curves if curve.is_other]
    tests = graph.curves[2]
    assert other.axis == tests.axis == "right"  # test results, as those of this run
    assert other.timesteps.size > 2
    inside.press(*["return"] * 10)


def test_changes_and_notes_are_stamped_on_every_graph(inside: Pilot) -> None:
    trainer = _trainer(inside)
    for graph in all_graphs(trainer.series, trainer.learner):
        texts = [stamp.text for stamp in graph.stamps]
        assert "Learning rate 0.002" in texts, graph.title
        assert "It keeps the well o…" in texts, graph.title
