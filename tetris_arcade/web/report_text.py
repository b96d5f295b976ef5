"""Reports of workers as sentences for browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tetris_arcade.languages import _, format_number
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
    """kind: "info" or "error". text: makes the sentence in the language that is spoken then.

    best_lines: lines per game of a new best.
    """

    kind: str
    text: Callable[[], str]
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
                return ReportText("info", lambda: _(text))
            case GameSaved(lines=lines):
                return ReportText("info", lambda: _game_saved(lines))
            case Failed(reason):
                return ReportText("error", lambda: _(reason))
        return None

    def _saved(self, kind: str, name: str) -> ReportText | None:
        if kind == "slot":
            return ReportText("info", lambda: _('The model is saved as "{name}".').format(name=name))
        if kind == "best":
            lines, self._new_best_lines = self._new_best_lines, None
            return None if lines is None else ReportText("info", lambda: _new_best(lines), lines)
        self._save_failure = None
        if kind == "latest" and self._was_asked_to_save:
            self._was_asked_to_save = False
            return ReportText("info", lambda: _("The training is saved."))
        return None

    def _save_failed(self, reason: str) -> ReportText | None:
        """Say it once: saving is tried again every few seconds."""
        if reason == self._save_failure:
            return None
        self._save_failure = reason
        return ReportText("error", lambda: _("Not saved: {reason}").format(reason=reason))


def _game_saved(lines: int) -> str:
    return _("The game is saved as a replay, with {lines} lines.").format(lines=format_number(lines))


def _new_best(lines: float) -> str:
    return _("New best, saved: {lines} lines per game.").format(lines=format_number(lines, ",.1f"))
