"""Evaluation of the learner on held-out pieces, in a thread beside the training."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.process.threads import ThreadPool
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import NetworkPlayer

_HELD_OUT_SEED = 4_242
"""Seed of the piece sequences that choose the best model; neither training nor later evaluations use it."""


@dataclass(frozen=True)
class HeldOutResult:
    """An evaluation, and the model that it measured: its `model.zip` and its age in timesteps."""

    evaluation: Evaluation
    model_zip: bytes
    timesteps: int


class HeldOutEvaluator:
    """Runs one evaluation at a time. All methods are called from the trainer's thread."""

    def __init__(self, config: TrainConfig) -> None:
        self._config = config
        self._executor = ThreadPool(1, thread_name_prefix="held-out evaluation")
        self._pending: Future[HeldOutResult] | None = None
        self._is_cancelled = False

    @property
    def is_pending(self) -> bool:
        """Whether the result of an evaluation was not polled yet."""
        return self._pending is not None

    @property
    def is_running(self) -> bool:
        return self._pending is not None and not self._pending.done()

    def start(self, player: NetworkPlayer, model_zip: bytes, timesteps: int) -> None:
        """Start to evaluate `player`, the model of `model_zip`; only while no evaluation is pending."""
        assert not self.is_pending
        self._pending = self._executor.submit(self._evaluate, player, model_zip, timesteps)

    def poll(self) -> HeldOutResult | None:
        """Return the result of a finished evaluation, once; None if there is none or it was cancelled."""
        if self._pending is None or not self._pending.done():
            return None
        pending, self._pending = self._pending, None
        try:
            return pending.result()
        except CancelledError:
            return None

    def cancel(self) -> None:
        """Cancel a running evaluation and end the thread. No evaluation can be started afterwards."""
        self._is_cancelled = True
        self._executor.shutdown()

    def _evaluate(self, player: NetworkPlayer, model_zip: bytes, timesteps: int) -> HeldOutResult:
        config = self._config
        evaluation = evaluate(
            player,
            games=config.best_eval_games,
            max_pieces=config.best_eval_max_pieces,
            pieces=config.env.pieces,
            height=config.env.height,
            seed=_HELD_OUT_SEED,
            progress=self._check_cancelled,
        )
        return HeldOutResult(evaluation, model_zip, timesteps)

    def _check_cancelled(self, _fraction: float) -> None:
        if self._is_cancelled:
            raise CancelledError
