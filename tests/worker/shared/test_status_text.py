"""Sentences about a worker's failures."""

from __future__ import annotations

import pytest
import torch

from tests.worker.counting_task import CountTask
from tetris_arcade.worker.shared import status_text


def test_failed_torch_allocation_is_out_of_memory() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55, dtype=torch.uint8)
    assert status_text.crashed(CountTask(), caught.value) == "The counter has run out of memory."
    assert status_text.crashed(CountTask(), RuntimeError("odd")) == "The counter failed: RuntimeError: odd"
