"""The tables of the best games: of the day, of the week and for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pygame import Rect

from tetris_arcade.languages import N_, _, format_number, ngettext
from tetris_arcade.realtime.modes import MODES, VERSUS_MODES, GameMode
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.person_panels import format_time
from tetris_arcade.storage.atomic import write_file_atomic
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.high_scores import PERIODS, HighScore, HighScores, Period, high_scores_file
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import centered, cols, cut_top, inset, is_portrait, rows

PERIOD_NAMES: dict[Period, str] = {"day": N_("today"), "week": N_("this week"), "ever": N_("all time")}
_WIDTH_UNITS = 600


def format_result(mode: GameMode, value: int) -> str:
    """A result as the tables show it."""
    if mode.ranked_by == "time":
        return format_time(value)
    if mode.ranked_by == "lines":
        return ngettext("{n} line", "{n} lines", value).format(n=format_number(value))
    if mode.ranked_by == "sent":
        # Translators: rows of garbage that were sent to the other side.
        return _("{n} sent").format(n=format_number(value))
    return format_number(value)


def draw_tables(canvas: Canvas, area: Rect, mode: GameMode, scores: HighScores, now: datetime) -> None:
    """Draw the three tables of a form side by side, in portrait one below the other."""
    area = centered(area, min(area.width, canvas.units(_WIDTH_UNITS)), area.height)
    split: Callable[..., list[Rect]] = rows if is_portrait(canvas.rect) else cols
    for period, part in zip(PERIODS, split(area, [1.0, 1.0, 1.0], canvas.units(6)), strict=True):
        inside = canvas.panel(part, _(PERIOD_NAMES[period]))
        _draw_table(canvas, inside, mode, scores.table(mode.key, period, now))
        canvas.explain(part, _("The best games: {period}").format(period=_(PERIOD_NAMES[period])))


def _draw_table(canvas: Canvas, rect: Rect, mode: GameMode, games: list[HighScore]) -> None:
    theme = canvas.theme
    if not games:
        canvas.paragraph(_("No game yet"), rect, theme.text_faint)
    for rank, game in enumerate(games, start=1):
        line, rect = cut_top(rect, canvas.line_height() + canvas.units(2))
        if line.height < canvas.line_height():
            return
        color = theme.accent if rank == 1 else theme.text
        canvas.text_in(f"{rank:>2} {game.name}", line, color, align="left")
        canvas.text_in(format_result(mode, game.value), line, color, align="right")


def export_best_games(context: Context) -> None:
    """Write all tables as a CSV file beside them, and say so."""
    file = high_scores_file(context.paths).with_suffix(".csv")
    try:
        write_file_atomic(file, HighScores(context.paths).export_csv())
    except StorageError as error:
        context.notify(_("Not exported: {error}").format(error=error), "error")
    else:
        context.notify(_("Exported: {name}").format(name=file.name), "success")


def empty_best_games(context: Context) -> None:
    """Empty all tables, and say so."""
    try:
        HighScores(context.paths).clear()
    except StorageError as error:
        context.notify(_("Not emptied: {error}").format(error=error), "error")
    else:
        context.notify(_("The tables are empty"), "success")


class TablesScene(Scene):
    """One form after the other."""

    title = "Tables"
    has_music = True

    def __init__(self, context: Context, mode: GameMode | None = None) -> None:
        super().__init__(context)
        self._modes = [*MODES.values(), *VERSUS_MODES.values()]
        self._index = 0 if mode is None else self._modes.index(mode)
        self._scores = HighScores(context.paths)

    @property
    def is_still(self) -> bool:
        return True

    @property
    def header(self) -> str:  # type: ignore[override]
        return _("Best games: {name}").format(name=_(self._modes[self._index].name))

    def bindings(self) -> list[KeyBinding]:
        return [
            bind_pair(_("previous, next"), self._turn, Action.LEFT, Action.RIGHT),
            bind(_("back"), Pop, Action.BACK, Action.CONFIRM),
        ]

    def _turn(self, by: int) -> None:
        self._index = (self._index + by) % len(self._modes)
        self.context.audio.play("move")

    def draw(self, canvas: Canvas) -> None:
        area = inset(canvas.rect, canvas.units(8))
        draw_tables(canvas, area, self._modes[self._index], self._scores, datetime.now())
