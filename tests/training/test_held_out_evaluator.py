"""Evaluations beside the training."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError

import pytest

from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.held_out_evaluator import HeldOutEvaluator
from tetris_arcade.training.players import NetworkPlayer, load_player


@pytest.fixture
def player() -> NetworkPlayer:
    player = load_player("bcts")
    assert isinstance(player, NetworkPlayer)
    return player


def test_result_is_returned_once(small: TrainConfig, player: NetworkPlayer) -> None:
    evaluator = HeldOutEvaluator(small)
    assert evaluator.poll() is None
    evaluator.start(player, b"model", 123)
    while evaluator.is_running:
        assert evaluator.is_pending
    result = evaluator.poll()
    assert result is not None
    assert (result.model_zip, result.timesteps) == (b"model", 123)
    expected = evaluate(player, games=100, max_pieces=50_000, pieces="uniform", height=10, seed=4_242)
    assert result.evaluation.lines == expected.lines
    assert result.evaluation.conditions == STANDARD_TEST
    assert result.evaluation.is_ranked
    assert result.metric == expected.mean_lines
    assert not evaluator.is_pending
    assert evaluator.poll() is None
    evaluator.cancel()


def test_cancelled_evaluation_has_no_result(
    small: TrainConfig, player: NetworkPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_started, was_cancelled = threading.Event(), threading.Event()

    def endless(*_: object, progress: Callable[[float], None], **_conditions: object) -> None:
        has_started.set()
        try:
            while True:
                progress(0.5)
        except CancelledError:
            was_cancelled.set()
            raise

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate_under", endless)
    evaluator = HeldOutEvaluator(small)
    evaluator.start(player, b"model", 123)
    assert has_started.wait(20.0)
    assert evaluator.poll() is None
    evaluator.cancel()
    assert was_cancelled.is_set()
    assert evaluator.poll() is None
    assert not evaluator.is_pending
