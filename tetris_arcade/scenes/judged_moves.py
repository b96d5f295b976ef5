"""Moves of a model together with what came of them, as far as they are known."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.engine.insight import Outcome
from tetris_arcade.ui.widgets.board_model import BoardModel


@dataclass(frozen=True, eq=False)
class JudgedMove:
    """A move, and what its placement was expected to be worth and was worth."""

    view: BoardModel
    outcome: Outcome


class JudgedMoves:
    """Follows a board: what came of a move is known with the next one. latest: None if none is known yet."""

    def __init__(self) -> None:
        self.latest: JudgedMove | None = None
        self._view: BoardModel | None = None

    def follow(self, view: BoardModel) -> None:
        """A board is shown."""
        before, self._view = self._view, view
        if before is None or view.is_empty or view.over or view.game != before.game:
            return
        outcome = None if view.insight is None else view.insight.outcome
        if view.move == before.move + 1 and outcome is not None and before.landing is not None:
            self.latest = JudgedMove(before, outcome)
