"""Sentences about a worker's failures."""

from __future__ import annotations

import pytest
import torch

from tests.worker.counting_task import CountTask
from tetris_arcade.worker.shared import status_text

TASK = CountTask()


def test_failed_torch_allocation_is_out_of_memory() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55, dtype=torch.uint8)
    assert status_text.crashed(TASK, caught.value) == "The counter has run out of memory."
    assert status_text.crashed(TASK, RuntimeError("odd")) == "The counter failed: RuntimeError: odd"


@pytest.mark.parametrize(
    ("exit_code", "details"),
    [(3, "exit code 3"), (-9, "signal SIGKILL"), (-200, "signal 200"), (None, "exit code None")],
)
def test_exit_codes_are_for_the_log_only(exit_code: int | None, details: str) -> None:
    assert status_text.describe_exit(exit_code) == details
    text = status_text.died(TASK, exit_code)
    assert text.startswith("The counter ")
    assert not any(character.isdigit() for character in text)


def test_killed_worker_suggests_lack_of_memory() -> None:
    assert "memory" in status_text.died(TASK, -9)
    assert "memory" not in status_text.died(TASK, -11)
