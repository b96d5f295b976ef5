"""Reports of workers as sentences for browsers."""

from __future__ import annotations

from typing import NamedTuple

from tetris_arcade.worker.shared.messages import (
    Failed,
    GameSaved,
    NewBest,
    Noted,
    Report,
    Saved,
    SaveFailed,
    Warned,
)


class ReportText(NamedTuple):
    """kind: "info" or "error". text: the sentence. best_lines: lines per game of a new best."""

    kind: str
    text: str
    best_lines: float | None = None


class ReportTexts:
    """Makes a sentence of each report that is one; a new best is told once it is saved."""

    def __init__(self) -> None:
        self._new_best_lines: float | None = None
        self._save_failure: str | None = None
        self._was_asked_to_save = False

    def on_command(self, command: str) -> None:
        """The host obeys a command: a save that was asked for is told, the others are not."""
        self._was_asked_to_save = self._was_asked_to_save or command == "save"

    def message(self, report: Report) -> ReportText | None:
        """What to say; None if there is nothing."""
        match report:
            case NewBest(lines, _):
                self._new_best_lines = lines
            case Saved(kind, name):
                return self._saved(kind, name)
            case SaveFailed(reason):
                return self._save_failed(reason)
            case Noted(text) | Warned(text):
                return ReportText("info", text)
            case GameSaved(_, lines, _):
                return ReportText("info", f"The game is saved as a replay, with {lines:,} lines.")
            case Failed(reason, _, _):
                return ReportText("error", reason)
        return None

    def _saved(self, kind: str, name: str) -> ReportText | None:
        if kind == "slot":
            return ReportText("info", f'The model is saved as "{name}".')
        if kind == "best":
            lines, self._new_best_lines = self._new_best_lines, None
            text = f"New best, saved: {lines or 0.0:,.1f} lines per game."
            return None if lines is None else ReportText("info", text, lines)
        self._save_failure = None
        if kind == "latest" and self._was_asked_to_save:
            self._was_asked_to_save = False
            return ReportText("info", "The training is saved.")
        return None

    def _save_failed(self, reason: str) -> ReportText | None:
        """Say it once: saving is tried again every few seconds."""
        if reason == self._save_failure:
            return None
        self._save_failure = reason
        return ReportText("error", f"Not saved: {reason}")
