"""Telemetry as plain data: numbers, and which points of a graph are new."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tetris_arcade.web.records import Graphs, board_data, metrics_data, plain_number
from tetris_arcade.worker.child.series import SeriesRecorder
from tetris_arcade.worker.shared.telemetry import SERIES_LENGTH, empty_frame


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (-float("inf"), None),
        (3.0, 3),
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333),
        (2.5e-9, 2.5e-9),
        (1e15, 10**15),
    ],
)
def test_numbers_are_plain_and_short(value: float, plain: float | None) -> None:
    assert plain_number(value) == plain
    assert type(plain_number(value)) is type(plain)


def test_empty_records_are_json() -> None:
    frame = empty_frame()[0]
    board = board_data(frame["boards"][0], "training", 0)
    assert (board["piece"], board["row"], board["values"]) == (0, -1, [None] * 40)
    json.dumps([board, metrics_data(frame)], allow_nan=False)


def test_values_of_placements_are_null_where_there_are_none() -> None:
    record = empty_frame()[0]["boards"][0]
    record["values"][:4] = 0.1, -2.00049, np.inf, -np.inf
    values = board_data(record, "training", 0)["values"]
    assert values == [0.1, -2.0, None, None, *[None] * 36]


def test_graph_that_was_thinned_out_is_sent_again() -> None:
    recorder, graphs = SeriesRecorder(), Graphs()
    for number in range(SERIES_LENGTH - 1):
        recorder.add("loss", number, number)
    assert graphs.update(recorder.record[0]) == {"loss": 0}
    assert graphs.update(recorder.record[0].copy()) == {}
    recorder.add("loss", SERIES_LENGTH - 1, 0.0)
    assert graphs.update(recorder.record[0].copy()) == {"loss": 0}
    assert len(graphs.points("loss")["values"]) == SERIES_LENGTH // 2
    for number in range(SERIES_LENGTH, SERIES_LENGTH + 2):
        recorder.add("loss", number, 1.5)
    assert graphs.update(recorder.record[0].copy()) == {"loss": SERIES_LENGTH // 2}
    assert graphs.points("loss", SERIES_LENGTH // 2)["values"] == [1.5]


def test_cleared_graphs_are_told() -> None:
    recorder, graphs = SeriesRecorder(), Graphs()
    recorder.add("loss", 1, np.float32(0.5))
    graphs.update(recorder.record[0])
    assert graphs.clear() == {"loss": 0}
    assert graphs.clear() == {}
    assert graphs.points("loss") == {"timesteps": [], "values": []}
