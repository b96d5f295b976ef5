"""A context with a fake player for the tests of scenes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeWorkerClient, fake_context
from tetris_arcade.scenes.context import Context
from tetris_arcade.worker.shared.messages import WorkerState


@pytest.fixture
def player() -> FakeWorkerClient:
    """A player at work."""
    return FakeWorkerClient(state=WorkerState.RUNNING, speed=4.0)


@pytest.fixture
def messages() -> list[str]:
    """The messages that the context shows."""
    return []


@pytest.fixture
def context(tmp_path: Path, player: FakeWorkerClient, messages: list[str]) -> Context:
    context, _ = fake_context(tmp_path, player=player)
    context.notify = lambda text, _severity: messages.append(text)
    return context
