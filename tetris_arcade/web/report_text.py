"""Reports of workers as sentences for browsers."""

from __future__ import annotations

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


class ReportTexts:
    """Makes a sentence of each report that is one; a new best is told once it is saved."""

    def __init__(self) -> None:
        self._new_best_lines: float | None = None
        self._save_failure: str | None = None
        self._was_asked_to_save = False

    def on_command(self, command: str) -> None:
        """The host obeys a command: a save that was asked for is told, the others are not."""
        self._was_asked_to_save = self._was_asked_to_save or command == "save"

    def message(self, report: Report) -> tuple[str, str] | None:
        """("info" or "error", the sentence); None if there is nothing to say."""
        match report:
            case NewBest(lines, _):
                self._new_best_lines = lines
            case Saved(kind, name):
                text = self._saved_text(kind, name)
                return None if text is None else ("info", text)
            case SaveFailed(reason):
                return self._save_failed(reason)
            case Noted(text) | Warned(text):
                return "info", text
            case GameSaved(_, lines, _):
                return "info", f"The game is saved as a replay, with {lines:,} lines."
            case Failed(reason, _, _):
                return "error", reason
        return None

    def _saved_text(self, kind: str, name: str) -> str | None:
        if kind == "slot":
            return f'The model is saved as "{name}".'
        if kind == "best":
            lines, self._new_best_lines = self._new_best_lines, None
            return None if lines is None else f"New best, saved: {lines:,.1f} lines per game."
        self._save_failure = None
        if kind == "latest" and self._was_asked_to_save:
            self._was_asked_to_save = False
            return "The training is saved."
        return None

    def _save_failed(self, reason: str) -> tuple[str, str] | None:
        """Say it once: saving is tried again every few seconds."""
        if reason == self._save_failure:
            return None
        self._save_failure = reason
        return "error", f"Not saved: {reason}"
