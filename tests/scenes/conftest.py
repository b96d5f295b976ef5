"""A screen on which a pretended player plays, and what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.scenes.fakes import FakeWorkerClient, fake_context
from tetris_arcade.scenes.context import Context
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient


@pytest.fixture
def player() -> FakeWorkerClient:
    return FakeWorkerClient(WorkerState.RUNNING, speed=4.0)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def context(tmp_path: Path, player: FakeWorkerClient, told: list[str]) -> Context:
    context, _ = fake_context(tmp_path, FakeWorkerClient(WorkerState.IDLE))
    context.player = cast(WorkerClient, player)
    context.notify = lambda text, _: told.append(text)
    return context
