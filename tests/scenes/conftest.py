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
def context_with_messages(tmp_path: Path, player: FakeWorkerClient) -> tuple[Context, list[str]]:
    return fake_context(tmp_path, player=player)


@pytest.fixture
def context(context_with_messages: tuple[Context, list[str]]) -> Context:
    """A context with that player, and with services that show their messages in `messages`."""
    return context_with_messages[0]


@pytest.fixture
def messages(context_with_messages: tuple[Context, list[str]]) -> list[str]:
    """The messages that the context shows."""
    return context_with_messages[1]
