"""Clients whose worker runs in a thread, or in a real process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.polling import Poller, polled_client
from tests.worker.thread_process import ThreadProcess
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.worker.viewer.supervision import Timeouts

_TIMEOUTS = Timeouts(first_delay=0.05)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


@pytest.fixture
def poller(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Poller]:
    """A client whose worker runs in a thread of this process."""
    with polled_client(_TIMEOUTS, paths) as poller:
        monkeypatch.setattr("tetris_arcade.worker.viewer.session.ChildProcess", ThreadProcess)
        yield poller


@pytest.fixture
def process_poller(paths: DataPaths) -> Iterator[Poller]:
    """A client whose worker is a real process."""
    with polled_client(_TIMEOUTS, paths) as poller:
        yield poller
