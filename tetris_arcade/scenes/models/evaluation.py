"""A model that is being measured beside the screen, and what was found for those that cannot keep it."""

from __future__ import annotations

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.models.details import get_evaluation
from tetris_arcade.scenes.training.stats import stage_text
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.worker.shared.messages import (
    Evaluated,
    EvaluateTask,
    Failed,
    Progress,
    Report,
    WorkerState,
)


class ModelEvaluation:
    """One evaluation at a time, by the player process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[str, Evaluation] = {}
        self.name: str | None = None
        self.share = 0.0

    def begin(self, name: str) -> None:
        """Measure this model; another that is being measured is given up."""
        self.name, self.share = name, 0.0
        self._context.player.start(EvaluateTask(slot=name, is_kept=not self._context.is_locked))

    def give_up(self) -> None:
        """Let go of the player, if it measures."""
        if self.name is not None:
            self._context.player.stop()
        self.name = None

    def on_report(self, report: Report) -> bool:
        """Follow what the player reports; whether something new was found."""
        if self.name is None:
            return False
        if isinstance(report, Progress):
            self.share = report.fraction
        elif isinstance(report, Failed):
            self._context.notify(report.reason, "error")
            self.name = None
        elif isinstance(report, Evaluated) and report.slot == self.name:
            mean, (low, high) = report.evaluation.mean_lines, report.evaluation.ci95_lines
            self._context.notify(
                f"{report.slot}: {mean:,.1f} lines a game ({low:,.0f} to {high:,.0f})", "success"
            )
            self._found[report.slot] = report.evaluation
            self.name = None
            return True
        return False

    def evaluation(self, entry: ModelEntry) -> Evaluation | None:
        """What was found here, for models that cannot keep it, and else what is kept."""
        kept = get_evaluation(entry)
        return kept if entry.kind == "slot" else self._found.get(entry.name, kept)

    @property
    def text(self) -> str:
        """How far it is."""
        player = self._context.player
        is_starting = player.state is WorkerState.STARTING
        return f"evaluating {self.name}: {stage_text(player.stage) if is_starting else f'{self.share:.0%}'}"
