"""Tests a model while the table stays open, and keeps the results that no file stores."""

from __future__ import annotations

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.languages import _, format_number
from tetris_arcade.scenes.context import Context
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
    """Runs one evaluation at a time in the player process.

    name: the model that is being tested, None if none is. share: 0..1 of its games.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._results: dict[str, Evaluation] = {}
        self.name: str | None = None
        self.share = 0.0

    def start(self, name: str) -> None:
        """Test a model; a running test of another model is dropped."""
        self.name, self.share = name, 0.0
        self._context.player.start(EvaluateTask(slot=name, saves_result=not self._context.is_locked))

    def cancel(self) -> None:
        """Stop the running test, if there is one."""
        if self.name is not None:
            self._context.player.rest()
        self.name = None

    def on_report(self, report: Report) -> bool:
        """Follow the player's reports; returns whether there is a new result."""
        if self.name is None:
            return False
        if isinstance(report, Progress):
            self.share = report.fraction
        elif isinstance(report, Failed):
            self._context.notify(report.reason, "error")
            self.name = None
        elif isinstance(report, Evaluated) and report.slot == self.name:
            mean, (low, high) = report.evaluation.mean_lines, report.evaluation.ci95_lines
            text = _("{name}: {lines} lines per game ({low} to {high})").format(
                name=report.slot,
                lines=format_number(mean, ",.1f"),
                low=format_number(low, ",.0f"),
                high=format_number(high, ",.0f"),
            )
            self._context.notify(text, "success")
            self._results[report.slot] = report.evaluation
            self.name = None
            return True
        return False

    def result(self, entry: ModelEntry) -> Evaluation | None:
        """A model's test result; a new one found here replaces that of a model that cannot store it."""
        stored = entry.evaluation
        return stored if entry.kind == "slot" else self._results.get(entry.name, stored)

    @property
    def text(self) -> str:
        """The progress of the running test."""
        is_starting = self._context.player.state is WorkerState.STARTING
        return (
            _("Testing {name}...").format(name=self.name)
            if is_starting
            else _("Testing {name}: {share}").format(name=self.name, share=format_number(self.share, ".0%"))
        )
