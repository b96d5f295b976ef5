"""The INSIGHT record gives back what was written."""

from __future__ import annotations

import numpy as np

from tetris_arcade.engine.insight import NUM_REASONS, Insight, Outcome
from tetris_arcade.worker.shared.insight_record import INSIGHT, read_insight, write_insight


def _insight(count: int, outcome: Outcome | None) -> Insight:
    random = np.random.default_rng(count)
    return Insight(
        actions=tuple(range(3, 3 + count)),
        values=tuple(float(value) for value in range(count)),
        chosen=count - 1,
        features=random.random((count, NUM_REASONS), np.float32),
        contributions=random.random((count, NUM_REASONS), np.float32),
        units=(np.arange(64, dtype=np.float32), np.arange(5, dtype=np.float32)),
        outcome=outcome,
    )


def test_insight_is_read_as_written() -> None:
    record = np.zeros(1, INSIGHT)[0]
    for written in (_insight(6, Outcome(2.0, 1.0, 1.5)), _insight(2, None)):
        write_insight(record, written)
        read = read_insight(record)
        assert read is not None
        assert (read.actions, read.values, read.chosen, read.outcome) == (
            written.actions,
            written.values,
            written.chosen,
            written.outcome,
        )
        assert np.array_equal(read.contributions, written.contributions)
        assert np.array_equal(read.features, written.features)
        assert [units.tolist() for units in read.units] == [units.tolist() for units in written.units]


def test_no_insight_replaces_the_one_before() -> None:
    record = np.zeros(1, INSIGHT)[0]
    write_insight(record, _insight(3, Outcome(2.0, 1.0, 1.5)))
    write_insight(record, None)
    assert read_insight(record) is None


def test_end_of_a_game_has_only_an_outcome() -> None:
    record = np.zeros(1, INSIGHT)[0]
    nothing = np.zeros((0, 0), np.float32)
    write_insight(record, Insight((), (), -1, nothing, nothing, outcome=Outcome(5.0, -39.6, 0.0)))
    read = read_insight(record)
    assert read is not None
    assert read.actions == ()
    assert read.outcome == Outcome(5.0, np.float32(-39.6), 0.0)
