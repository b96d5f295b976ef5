"""The review of a game: how many placements a model would also have made, which ones cost most, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pygame import Rect

from tetris_arcade.config.game_review import CostlyPlacement, GameReview, RatedPlacement
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.stored_games import stored_game
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.duel_layout import DuelLayout, draw_side_head, duel_layout
from tetris_arcade.scenes.play.review_panels import draw_reasons, draw_summary, summary_height
from tetris_arcade.scenes.playback_controls import press_text
from tetris_arcade.scenes.startup_text import stage_text
from tetris_arcade.storage.played_games import encode_played_game
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import cols, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.board import BoardModel, board_cell_size, draw_board, outline_cells
from tetris_arcade.ui.widgets.notice import draw_notice
from tetris_arcade.worker.shared.messages import Progress, Report, Reviewed, ReviewTask, WorkerState

_ROWS = 20
_NO_VALUES = "random"
"""The player that rates nothing."""
_LEGEND = N_("By the model's own values: what speaks for its placement (right), and against it (left).")


@dataclass(frozen=True)
class ReviewedGame:
    """A game to review. player: who played it. file: its replay; content: that of a file, if it has none."""

    player: str
    file: Path | None
    content: str = ""

    @classmethod
    def of_person(cls, player: str, game: RealtimeGame, file: Path | None = None) -> ReviewedGame:
        """A person's game. file: where it is saved, None if it is not."""
        return cls(player, file, "" if file else encode_played_game(stored_game(game)).decode())

    def task(self, model: str) -> ReviewTask:
        """The task of reviewing it by a model's values."""
        if self.file is None:
            return ReviewTask(model, content=self.content)
        return ReviewTask(model, str(self.file))


class ReviewScene(Scene):
    """Left and right go through the costliest placements, up and down change the model."""

    title = N_("Review")
    header = N_("Review")

    def __init__(self, context: Context, game: ReviewedGame, model: str) -> None:
        super().__init__(context)
        self._player, self._game = context.player, game
        self._models = [entry for entry in context.models.read_all() if _can_review(entry)]
        names = [entry.name for entry in self._models]
        self._model = model if model in names or not names else names[0]
        self._review: GameReview | None = None
        self._share = 0.0
        self._shown = 0
        self._has_started = False

    @property
    def is_still(self) -> bool:
        return self._review is not None

    @property
    def review(self) -> GameReview | None:
        """The result, None while there is none."""
        return self._review

    def enter(self) -> None:
        # Not in __init__: the previous scene releases the player only when it is covered.
        if not self._has_started:
            self._start()

    def close(self) -> None:
        if self._review is None:
            self._player.rest()

    def _start(self) -> None:
        self._has_started, self._review, self._share, self._shown = True, None, 0.0, 0
        self._player.start(self._game.task(self._model))

    def on_report(self, source: str, report: Report) -> None:
        if source != "player":
            return
        if isinstance(report, Progress):
            self._share = report.fraction
        elif isinstance(report, Reviewed):
            self._review = report.review

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        retry = [bind(_("try again"), self._start, Action.CONFIRM)] if self._has_failed else []
        return [
            *retry,
            bind_pair(_("placement"), self._change_placement, Action.LEFT, Action.RIGHT),
            bind_pair(_("model"), self._change_model, Action.UP, Action.DOWN),
            bind(_("back"), Pop, Action.BACK, Action.STOP, Action.COACH),
        ]

    @property
    def _has_failed(self) -> bool:
        return self._player.state is WorkerState.FAILED

    def _change_placement(self, by: int) -> Transition | None:
        if self._review is not None and self._review.costliest:
            self._shown = (self._shown + by) % len(self._review.costliest)
        return None

    def _change_model(self, by: int) -> Transition | None:
        names = [entry.name for entry in self._models]
        if len(names) > 1:
            index = names.index(self._model) if self._model in names else 0
            self._model = names[(index + by) % len(names)]
            self._start()
        return None

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        model = self.context.models.display_name(self._model)
        names = [self._game.player, model]
        costly = self._costly
        layout = duel_layout(canvas, _ROWS if costly is None else costly.position.height, names)
        for side in (0, 1):
            draw_side_head(canvas, layout.heads[side], names, side, is_ahead=False)
        placements = (None, None) if costly is None else (costly.placed, costly.best)
        for board, placement in zip(layout.boards, placements, strict=True):
            _draw_placement(canvas, board, costly, placement)
        summary, why = _panels(canvas, layout)
        inside = canvas.panel(summary, _("The model would"))
        if self._review is not None:
            draw_summary(canvas, inside, self._review, self._shown)
        reasons = canvas.panel(why, _("Why"))
        if costly is not None:
            draw_reasons(canvas, reasons, costly)
        elif self._review is not None:
            canvas.paragraph(_("It would have done nothing better."), reasons, canvas.theme.text_dim)
        if self._review is None:
            self._draw_state(canvas)
        canvas.explain(layout.boards[0], _("Where the piece was put"))
        canvas.explain(layout.boards[1], _("Where the model would have put it"))
        canvas.explain(summary, _("How many placements are the same, and what this one cost"))
        canvas.explain(why, _(_LEGEND))

    @property
    def _costly(self) -> CostlyPlacement | None:
        if self._review is None or not self._review.costliest:
            return None
        return self._review.costliest[self._shown]

    def _draw_state(self, canvas: Canvas) -> None:
        """Say how far the review is, or why there is none."""
        theme = canvas.theme
        if self._has_failed:
            retry = press_text(self.context, Action.CONFIRM, _("to try again"))
            draw_notice(canvas, canvas.rect, _("CANNOT REVIEW"), [self._player.message, retry], theme.error)
            return
        stage = self._player.stage
        lines = [] if stage is None else [stage_text(stage)]
        share = self._share if stage is None else stage.fraction
        draw_notice(canvas, canvas.rect, _("ONE MOMENT"), lines, theme.accent, share)


def _panels(canvas: Canvas, layout: DuelLayout) -> tuple[Rect, Rect]:
    """(the summary, the reasons): one below the other between the boards, in portrait side by side."""
    if is_portrait(canvas.rect):
        canvas.paragraph(_(_LEGEND), inset(layout.results, canvas.units(4)), canvas.theme.text_dim)
        summary, why = cols(layout.center, [1, 1], canvas.units(4))
        return summary, why
    return cut_top(layout.center.union(layout.results), summary_height(canvas), canvas.units(4))


def _draw_placement(
    canvas: Canvas, rect: Rect, costly: CostlyPlacement | None, placement: RatedPlacement | None
) -> None:
    """Draw a board with a piece where it was put, or would have been."""
    if costly is None or placement is None:
        draw_board(canvas, rect, BoardModel(np.zeros((_ROWS, NUM_COLS), np.uint8)), 1.0)
        return
    cells = costly.position.board_cells
    for cell in placement.cells:
        cells[cell] = costly.position.piece + 1
    well = draw_board(canvas, rect, BoardModel(cells), 1.0)
    size = board_cell_size(canvas, rect, cells.shape[0])
    if size:
        outline_cells(canvas, well, size, frozenset(placement.cells), canvas.theme.text)


def _can_review(entry: ModelEntry) -> bool:
    return entry.error is None and entry.name != _NO_VALUES
