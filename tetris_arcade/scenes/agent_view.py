"""The agent's view of a screen: whether it is shown, and which placement is compared with the chosen one."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.insight_panel import InsightView, draw_insight


class AgentView:
    """is_shown: whether the agent's view is on."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.is_shown = False
        self._other = 1
        self._rects: list[tuple[int, Rect]] = []
        self._board: BoardModel | None = None

    def toggle_binding(self) -> KeyBinding:
        """The key that shows and hides it."""
        return bind(_("agent's view"), self._toggle, Action.VALUES)

    def own_bindings(self) -> list[KeyBinding]:
        """The keys that work only while it is shown."""
        return [bind_pair(_("compare"), self._compare, Action.UP, Action.DOWN)] if self.is_shown else []

    def _toggle(self) -> None:
        self.is_shown = not self.is_shown
        self._rects = []

    def _compare(self, by: int) -> None:
        """Compare with the next placement, or with the one before."""
        if self._board is None or len(self._board.candidates) < 2:
            return
        count, other = len(self._board.candidates), self.other(self._board)
        self._other = (other + by) % count
        if self._board.candidates[self._other] == self._board.action:
            self._other = (self._other + by) % count

    def click(self, position: tuple[int, int]) -> bool:
        """Compare with the placement whose bar was clicked; returns whether there is one."""
        for index, rect in self._rects:
            if rect.collidepoint(position):
                self._other = index
                return True
        return False

    def other(self, board: BoardModel) -> int:
        """The index of the candidate that is compared with the chosen one: never that one; -1 if none."""
        candidates = board.candidates
        if len(candidates) < 2:
            return -1
        other = min(self._other, len(candidates) - 1)
        if candidates[other] != board.action:
            return other
        return other - 1 if other else 1

    def draw(self, canvas: Canvas, rect: Rect, board: BoardModel, progress: float) -> None:
        """Draw the panel beside the board."""
        self._board = board
        wording = self._context.settings.display.wording
        self._rects = draw_insight(canvas, rect, InsightView(board, progress, self.other(board), wording))
        canvas.explain(rect, _("What it thinks of the coming move, and why"))
