"""Reports of a worker are logged as well as shown on the screen."""

from __future__ import annotations

import pytest

from tetris_arcade.worker.shared.messages import Noted, Report, Warned
from tetris_arcade.worker.viewer.session import WorkerSession


@pytest.mark.parametrize("report", [Noted("a new run begins"), Warned("latest was repaired")])
def test_messages_of_a_worker_are_logged(report: Report, caplog: pytest.LogCaptureFixture) -> None:
    session = object.__new__(WorkerSession)  # Without a process.
    session.is_changing_task = False
    session._on_report(report, 0.0)
    assert caplog.messages == [report.text]  # type: ignore[union-attr]
