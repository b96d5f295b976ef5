"""The standard test of the learner, on held-out pieces, in a thread beside the training."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from tetris_arcade.config.evaluation import STANDARD_TEST, Evaluation, EvaluationConditions
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.process.threads import ThreadPool
from tetris_arcade.training.evaluation import evaluate_under
from tetris_arcade.training.players import NetworkPlayer

_HELD_OUT_SEED = 4_242
"""Seed of the piece sequences that choose the best model; neither training nor later evaluations use it."""

_SCORE_GAMES, _SCORE_PIECES = 20, 1_000
"""Games that measure the score. With a limit on the pieces, the score tells how the lines were cleared."""


@dataclass(frozen=True)
class HeldOutResult:
    """A test result, and the model that it measured: its `model.zip` and its age in timesteps.

    metric: the greater, the better the model is at what its reward asks for.
    """

    evaluation: Evaluation
    metric: float
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
        self._pending = self._executor.submit(self.evaluate_now, player, model_zip, timesteps)

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

    def evaluate_now(
        self, player: NetworkPlayer, model_zip: bytes = b"", timesteps: int = 0
    ) -> HeldOutResult:
        """Test a player in the calling thread."""
        evaluation = self._evaluate(player, STANDARD_TEST)
        metric = evaluation.mean_lines if self._is_judged_by_lines else self._mean_score(player)
        return HeldOutResult(evaluation, metric, model_zip, timesteps)

    @property
    def _is_judged_by_lines(self) -> bool:
        return REWARDS[self._config.env.reward].best_by == "mean_lines"

    def _mean_score(self, player: NetworkPlayer) -> float:
        """The score per game on the run's own board.

        On the low board of the standard test nobody has the room to stack for four lines at once.
        """
        env = self._config.env
        own_board = EvaluationConditions(_SCORE_GAMES, _SCORE_PIECES, env.pieces, env.height)
        return self._evaluate(player, own_board).mean_score or 0.0

    def _evaluate(self, player: NetworkPlayer, conditions: EvaluationConditions) -> Evaluation:
        return evaluate_under(player, conditions, _HELD_OUT_SEED, progress=self._check_cancelled)

    def _check_cancelled(self, _fraction: float) -> None:
        if self._is_cancelled:
            raise CancelledError
