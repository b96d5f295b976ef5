"""A screen on which a pretended player plays, and what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.scenes.fakes import PretendedTrainer, pretended_context
from tetris_arcade.scenes.base import Context
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient


@pytest.fixture
def player() -> PretendedTrainer:
    return PretendedTrainer(WorkerState.RUNNING, speed=4.0)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def context(tmp_path: Path, player: PretendedTrainer, told: list[str]) -> Context:
    context, _ = pretended_context(tmp_path, PretendedTrainer(WorkerState.IDLE))
    context.player = cast(WorkerClient, player)
    context.tell = lambda text, _: told.append(text)
    return context
