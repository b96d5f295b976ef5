"""Graphs of bounded size: adding, thinning, and their form in a file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tetris_arcade.worker.child.series import SeriesRecorder, from_arrays, to_arrays
from tetris_arcade.worker.shared.milestones import reached_milestones
from tetris_arcade.worker.shared.telemetry import SERIES_LENGTH, SERIES_NAMES, series_band, series_points


def _recorder_with_points(number: int) -> SeriesRecorder:
    recorder = SeriesRecorder()
    for i in range(number):
        recorder.add("loss", i, i / 2)
    return recorder


def test_points_are_kept_as_added() -> None:
    timesteps, values = series_points(_recorder_with_points(10).record[0], "loss")
    assert timesteps.tolist() == list(range(10))
    assert values.tolist() == [i / 2 for i in range(10)]


def test_long_graph_is_thinned_evenly() -> None:
    number = 100_000
    timesteps, values = series_points(_recorder_with_points(number).record[0], "loss")
    assert SERIES_LENGTH // 2 <= len(timesteps) <= SERIES_LENGTH
    assert len(set(np.diff(timesteps))) == 1
    assert timesteps[0] < number / 100
    assert timesteps[-1] > number * 0.99
    assert np.array_equal(values, (timesteps / 2).astype(np.float32))


def test_graphs_are_independent() -> None:
    recorder = _recorder_with_points(3)
    recorder.add("reward", 1, 5)
    counts = {name: len(series_points(recorder.record[0], name)[0]) for name in SERIES_NAMES}
    assert {name: count for name, count in counts.items() if count} == {"loss": 3, "reward": 1}


def test_values_that_are_not_finite_are_skipped() -> None:
    recorder = SeriesRecorder()
    for value in (float("nan"), float("inf")):
        recorder.add("loss", 1, value)
    assert recorder.is_empty("loss")
    assert not recorder.has_changed


def test_truncate_drops_points_after_the_checkpoint() -> None:
    earlier = _recorder_with_points(100)
    recorder = SeriesRecorder(earlier.record.copy())
    recorder.truncate(60)
    recorder.add("loss", 61, 7)
    timesteps, _ = series_points(recorder.record[0], "loss")
    assert timesteps.tolist() == [*range(61), 61]


def test_graphs_continue_from_a_file() -> None:
    whole, first = _recorder_with_points(3_000), _recorder_with_points(2_000)
    later = SeriesRecorder(from_arrays(to_arrays(first.record)))
    assert later.has_changed
    assert later.record["loss"]["stride"] == first.record["loss"]["stride"] > 1
    for i in range(2_000, 3_000):
        later.add("loss", i, i / 2)
    expected, found = (series_points(recorder.record[0], "loss") for recorder in (whole, later))
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
def test_invalid_graph_in_a_file_is_left_empty(points: NDArray[Any]) -> None:
    arrays = {**to_arrays(_recorder_with_points(5).record), "reward": points, "reward.stride": np.ones(1)}
    recorder = SeriesRecorder(from_arrays(arrays))
    assert recorder.is_empty("reward")
    assert not recorder.is_empty("loss")
    assert SeriesRecorder(from_arrays({"loss": arrays["loss"]})).are_empty
    infinite_stride = np.array([np.inf], np.float16)
    assert SeriesRecorder(from_arrays({"loss": arrays["loss"], "loss.stride": infinite_stride})).are_empty


def test_milestones_are_kept_with_their_timesteps() -> None:
    recorder = SeriesRecorder()
    recorder.add_result("game", 3.0, 1_200.0)
    recorder.add_result("game", 12.0, 5_000.0)
    recorder.add_result("game", 90.0, 6_000.0)
    restored = from_arrays(to_arrays(recorder.record))
    reached = {milestone.key: timesteps for milestone, timesteps in reached_milestones(restored[0])}
    assert reached == {"line_1": 1_200, "lines_10": 5_000}


def test_milestones_after_the_checkpoint_are_dropped() -> None:
    recorder = SeriesRecorder()
    recorder.add_result("game", 3.0, 1_200.0)
    recorder.add_result("game", 12.0, 5_000.0)
    recorder.truncate(4_000.0)
    assert [milestone.key for milestone, _ in reached_milestones(recorder.record[0])] == ["line_1"]


def test_milestones_of_earlier_versions_are_read_off_the_graphs() -> None:
    recorder = SeriesRecorder()
    for timesteps, lines in ((100, 0), (200, 2), (300, 15)):
        recorder.add("lines", timesteps, lines)
    restored = from_arrays(to_arrays(recorder.record))
    reached = {milestone.key: timesteps for milestone, timesteps in reached_milestones(restored[0])}
    assert reached == {"line_1": 200, "lines_10": 300}


def test_a_full_graph_keeps_the_lowest_and_the_highest_values() -> None:
    """Of all values that were added, whichever points were dropped; also after a save."""
    values = np.random.default_rng(1).normal(0.0, 1.0, 4 * SERIES_LENGTH).astype(np.float32)
    graphs = SeriesRecorder()
    for timesteps, value in enumerate(values.tolist()):
        graphs.add("loss", timesteps, value)
    for record in (graphs.record, from_arrays(to_arrays(graphs.record))):
        timesteps, points = series_points(record[0], "loss")
        low, high = series_band(record[0], "loss")
        starts = np.concatenate(([0], timesteps[:-1] + 1)).astype(int)
        for start, end, lowest, highest in zip(starts, timesteps.astype(int), low, high, strict=True):
            assert lowest == values[start : end + 1].min()
            assert highest == values[start : end + 1].max()
        assert (low <= points).all()
        assert (points <= high).all()
