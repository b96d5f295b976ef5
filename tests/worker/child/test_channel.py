"""Reports are sent whole, truncated or later, and never block the work."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import EpisodeEnded, Failed, Progress, Report, Stage, Warned
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry


class Ends:
    """A channel and the reading end of its report pipe."""

    def __init__(self, telemetry: Telemetry) -> None:
        self.reading_end: Connection
        self.reading_end, writing_end = Pipe(duplex=False)
        self.channel = Channel(telemetry, Pipe(duplex=False)[0], writing_end)
        self._cells = telemetry.cells

    @property
    def progress(self) -> int:
        return int(self._cells[SharedCell.PROGRESS])

    def reported(self) -> list[Report]:
        reports = []
        while self.reading_end.poll():
            reports.append(self.reading_end.recv())
        return reports


@pytest.fixture
def ends() -> Iterator[Ends]:
    telemetry = Telemetry.create()
    ends = Ends(telemetry)
    yield ends
    ends.__dict__.clear()
    telemetry.close()


def test_report_arrives_unchanged(ends: Ends) -> None:
    ends.channel.report(Progress(0.5))
    assert ends.reported() == [Progress(0.5)]


def test_report_counts_as_progress(ends: Ends) -> None:
    ends.channel.report(Stage("kernel 1 of 13: observations", 0.0))
    before = ends.progress
    ends.channel.report(Stage("kernel 2 of 13: start", 0.3))
    assert ends.progress > before


def test_long_text_keeps_its_start_and_end(ends: Ends) -> None:
    trace = "Traceback\n" + "ä frame\n" * 10_000 + "ValueError: the cause"
    ends.channel.report(Failed("It failed.", trace, is_final=True))
    (failed,) = ends.reported()
    assert isinstance(failed, Failed)
    assert failed.reason == "It failed."
    assert failed.is_final
    assert failed.details.startswith("Traceback\n")
    assert failed.details.endswith("ValueError: the cause")
    assert len(failed.details) < 1_500


def test_text_that_cannot_be_encoded_is_reported(ends: Ends) -> None:
    ends.channel.report(Warned("\udc80" * 5_000))
    assert isinstance(ends.reported()[0], Warned)


def test_unread_reports_are_bounded(ends: Ends) -> None:
    for number in range(10_000):
        ends.channel.report(Progress(float(number)))
    early = ends.reported()
    ends.channel.mark_progress()
    late = ends.reported()
    assert early[0] == Progress(0.0)
    assert late[-1] == Progress(9_999.0)
    assert len(late) <= 256


def test_frequent_reports_push_out_no_other_report(ends: Ends) -> None:
    game = EpisodeEnded(episode=1, reward=2.0, lines=3, pieces=4, score=5, timesteps=6)
    for _ in range(10_000):
        ends.channel.report_if_read(game)
    ends.channel.report(Warned("kept"))
    early = ends.reported()
    ends.channel.report_if_read(game)
    ends.channel.mark_progress()
    ends.channel.report_if_read(game)
    late = ends.reported()
    assert set(early) == {game}
    assert late == [Warned("kept"), game]


def test_report_to_a_dead_viewer_is_no_error(ends: Ends) -> None:
    ends.reading_end.close()
    ends.channel.report(Progress(0.5))
    ends.channel.mark_progress()
