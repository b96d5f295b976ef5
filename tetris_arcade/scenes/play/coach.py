"""The coach: shows a person, while the game runs, where a model would put the piece."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.config.game_review import NUM_ADVISED, RatedPlacement
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.languages import _, format_number
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.positions import position_of
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.startup_text import stage_text
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.board import fill_cells, outline_cells
from tetris_arcade.ui.widgets.notice import draw_bar
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats
from tetris_arcade.worker.shared.messages import Advice, Advise, CoachTask, Report, Started, WorkerState

_ALPHAS = (64, 40, 20)
_FADE_PER_RANK = 0.38
_MIN_DIGIT_LINES = 1.0
_Situation = tuple[int, int, int | None]
"""What advice depends on: how many pieces are placed, which one falls, and which one is held."""


class Coach:
    """Asks the model about each piece; the player process answers within a frame or two.

    is_on: whether advice is shown. has_helped: whether it was on in the game that is played now.
    """

    def __init__(self, context: Context, model: str) -> None:
        self._context, self._model = context, model
        self._player = context.player
        self.is_on = self.has_helped = False
        self._is_ready = False
        self._asked: _Situation | None = None
        self._number = 0
        self._advice: tuple[RatedPlacement, ...] = ()

    @property
    def advice(self) -> tuple[RatedPlacement, ...]:
        """The model's best placements of the piece that falls, the best first; empty if not known yet."""
        return self._advice

    def toggle(self) -> None:
        """Turn it on, or off."""
        self.is_on = not self.is_on
        self._forget()
        if self.is_on:
            self.has_helped = True
            self._player.start(CoachTask(self._model))
        else:
            self._player.rest()

    def start_game(self) -> None:
        """Another game starts."""
        self.has_helped = self.is_on
        self._asked, self._advice = None, ()

    def close(self) -> None:
        if self.is_on:
            self._player.rest()

    def follow(self, game: RealtimeGame) -> None:
        """Ask about the piece that falls, once."""
        if not self.is_on or not self._is_ready:
            return
        situation = None if game.piece is None else (game.tally.pieces, game.piece.piece, game.held_piece)
        if situation == self._asked:
            return
        self._asked, self._advice = situation, ()
        self._number += 1
        position = position_of(game)
        if position is not None and not self._player.send(Advise(self._number, position)):
            self._asked = None  # again in the next frame

    def on_report(self, report: Report) -> None:
        """Follow the player process."""
        if isinstance(report, Started):
            self._forget()
            self._is_ready = self.is_on
        elif isinstance(report, Advice) and report.number == self._number:
            self._advice = report.placements

    def _forget(self) -> None:
        self._is_ready, self._asked, self._advice = False, None, ()

    # --- Drawing ---

    def draw_ghosts(self, canvas: Canvas, well: Rect) -> None:
        """Draw the best placements over a board, the best one brightest, each with its rank."""
        size = well.width // NUM_COLS
        for rank, rated in reversed(list(enumerate(self._advice))):
            color = _rank_color(canvas, rank)
            cells = frozenset(rated.cells)
            fill_cells(canvas, well, size, cells, color, _ALPHAS[rank])
            outline_cells(canvas, well, size, cells, color)
        if size >= _MIN_DIGIT_LINES * canvas.text_height():
            self._draw_ranks(canvas, well, size)

    def _draw_ranks(self, canvas: Canvas, well: Rect, size: int) -> None:
        """Write each rank into a cell that no better placement covers."""
        taken: set[tuple[int, int]] = set()
        for rank, rated in enumerate(self._advice):
            free = [cell for cell in rated.cells if cell not in taken]
            taken.update(rated.cells)
            if free:
                row, col = free[0]
                cell = Rect(well.x + col * size, well.y + row * size, size, size)
                canvas.text_in(str(rank + 1), cell, _rank_color(canvas, rank))

    def draw_panel(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the values of the best placements."""
        theme = canvas.theme
        inside = canvas.panel(rect, self._context.models.display_name(self._model))
        match self._player.state:
            case WorkerState.FAILED:
                canvas.paragraph(self._player.message, inside, theme.error)
                return
            case WorkerState.STARTING | WorkerState.RESTARTING:
                self._draw_start(canvas, inside)
                return
        if not self._advice:
            return
        best = self._advice[0].value
        stats = [Stat(_("1st place"), format_number(best, ",.2f"), _rank_color(canvas, 0), "1")]
        for rank, rated in enumerate(self._advice[1:NUM_ADVISED], start=1):
            label = (_("2nd place"), _("3rd place"))[rank - 1]
            value = format_number(rated.value - best, ",.2f")
            stats.append(Stat(label, value, _rank_color(canvas, rank), str(rank + 1)))
        draw_stats(canvas, inside, stats)

    def _draw_start(self, canvas: Canvas, inside: Rect) -> None:
        stage = self._player.stage
        used = canvas.paragraph(_("GET READY"), inside, canvas.theme.accent)
        if stage is not None:
            rest = Rect(inside.x, inside.y + used, inside.width, max(0, inside.height - used))
            used += canvas.paragraph(stage_text(stage), rest, canvas.theme.text_dim)
            bar = Rect(inside.x, inside.y + used + canvas.units(2), inside.width, canvas.units(5))
            draw_bar(canvas, bar, stage.fraction, canvas.theme.accent)


def _rank_color(canvas: Canvas, rank: int) -> Color:
    theme = canvas.theme
    return blend(theme.heat_high, theme.text_dim, _FADE_PER_RANK * rank)
