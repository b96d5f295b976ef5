"""Graphs keep their shape and their bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tetris_arcade.worker.child.series import SeriesRecorder, from_arrays, to_arrays
from tetris_arcade.worker.shared.telemetry import SERIES_LENGTH, SERIES_NAMES, series_points


def _grown(number: int) -> SeriesRecorder:
    graphs = SeriesRecorder()
    for i in range(number):
        graphs.add("loss", i, i / 2)
    return graphs


def test_points_come_out_as_they_went_in() -> None:
    timesteps, values = series_points(_grown(10).record[0], "loss")
    assert timesteps.tolist() == list(range(10))
    assert values.tolist() == [i / 2 for i in range(10)]


def test_a_long_graph_spans_the_whole_run_evenly() -> None:
    number = 100_000
    timesteps, values = series_points(_grown(number).record[0], "loss")
    assert SERIES_LENGTH // 2 <= len(timesteps) <= SERIES_LENGTH
    assert len(set(np.diff(timesteps))) == 1
    assert timesteps[0] < number / 100
    assert timesteps[-1] > number * 0.99
    assert np.array_equal(values, (timesteps / 2).astype(np.float32))


def test_graphs_grow_apart() -> None:
    graphs = _grown(3)
    graphs.add("reward", 1, 5)
    counts = {name: len(series_points(graphs.record[0], name)[0]) for name in SERIES_NAMES}
    assert {name: count for name, count in counts.items() if count} == {"loss": 3, "reward": 1}


def test_what_is_no_number_is_left_out() -> None:
    graphs = SeriesRecorder()
    for value in (float("nan"), float("inf")):
        graphs.add("loss", 1, value)
    assert graphs.is_empty("loss")
    assert not graphs.has_changed


def test_a_run_that_falls_back_to_its_checkpoint_draws_no_line_backwards() -> None:
    earlier = _grown(100)
    graphs = SeriesRecorder(earlier.record.copy())
    graphs.forget_after(60)
    graphs.add("loss", 61, 7)
    timesteps, _ = series_points(graphs.record[0], "loss")
    assert timesteps.tolist() == [*range(61), 61]


def test_graphs_go_on_from_a_file_as_if_nothing_had_been() -> None:
    whole, first = _grown(3_000), _grown(2_000)
    later = SeriesRecorder(from_arrays(to_arrays(first.record)))
    assert later.has_changed
    assert later.record["loss"]["stride"] == first.record["loss"]["stride"] > 1
    for i in range(2_000, 3_000):
        later.add("loss", i, i / 2)
    expected, found = (series_points(graphs.record[0], "loss") for graphs in (whole, later))
    assert len(found[0]) == pytest.approx(len(expected[0]), abs=1)
    assert found[0][-1] == pytest.approx(expected[0][-1], abs=8)
    assert later.is_empty("reward")


@pytest.mark.parametrize(
    "points",
    [
        np.zeros(4),
        np.zeros((3, 2)),
        np.zeros((2, SERIES_LENGTH)),
        np.array([[0.0, 1.0], [1.0, np.nan]]),
        np.array([[0.0, 1.0], [1.0, 1e300]]),
        np.array([[1.0, 0.0], [1.0, 1.0]]),
        np.array([[0.0, 1.0], [1.0, np.inf]], np.float16),
        np.array([[0, 1], [1, np.iinfo(np.int64).min]]),
        np.array([[1, 0], [1, 1]], np.uint8),
        np.array([[-2.0, -1.0], [1.0, 1.0]]),
    ],
)
def test_what_is_no_graph_in_a_file_is_left_out(points: NDArray[Any]) -> None:
    arrays = {**to_arrays(_grown(5).record), "reward": points, "reward.stride": np.ones(1)}
    graphs = SeriesRecorder(from_arrays(arrays))
    assert graphs.is_empty("reward")
    assert not graphs.is_empty("loss")
    assert SeriesRecorder(from_arrays({"loss": arrays["loss"]})).are_empty
    endless = np.array([np.inf], np.float16)
    assert SeriesRecorder(from_arrays({"loss": arrays["loss"], "loss.stride": endless})).are_empty
