"""Inside the learner: pages for students, over the training that runs."""

from __future__ import annotations

import enum
from typing import Any

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context, TrainingClient
from tetris_arcade.scenes.playback_controls import step_binding, toggle_pause
from tetris_arcade.scenes.training.inside.graphs_page import GraphsPage
from tetris_arcade.scenes.training.inside.positions import draw_positions, positions_graph
from tetris_arcade.scenes.training.inside.quantities import draw_quantities
from tetris_arcade.scenes.training.inside.update_page import NUM_STEPS, draw_update
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cols, cut_top, inset
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.graph import GraphPanel

_NUM_AGES = 20
"""The steps in which "then" moves over the run."""


class _Page(enum.IntEnum):
    QUANTITIES = 0
    UPDATE = 1
    POSITIONS = 2
    GRAPHS = 3


_TITLES = {
    _Page.QUANTITIES: N_("quantities"),
    _Page.UPDATE: N_("one update"),
    _Page.POSITIONS: N_("then and now"),
    _Page.GRAPHS: N_("graphs"),
}
_EXPLANATIONS = {
    _Page.QUANTITIES: N_("What the learner computes with, measured once a second"),
    _Page.UPDATE: N_("One real update, with the numbers it was computed with"),
    _Page.POSITIONS: N_("What the network thought of these boards, and what it thinks now"),
    _Page.GRAPHS: N_("One graph in full, with a cursor, and another run to compare"),
}


class InsideScene(Scene):
    """Shows the learner's quantities, one of its updates, and what it thinks of fixed positions.

    The update that is shown stays until the next one is asked for; in a training that is paused, it is the
    last one.
    """

    title = N_("Inside the learner")
    header = N_("Inside")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._page = _Page.QUANTITIES
        self._step = 0
        self._age = 0
        self._series: Any = None
        self._panel = GraphPanel()
        self._tabs: list[Rect] = []
        self._steps: list[Rect] = []
        self._update: Any = None
        self._graphs = GraphsPage(context)
        self._read_series()

    @property
    def _client(self) -> TrainingClient:
        return self.context.trainer

    @property
    def is_still(self) -> bool:
        return True

    def update(self, now: float, dt: float) -> Transition | None:
        if self._client.series is not self._series:
            self._read_series()
        if self._update is None or self._client.is_paused:
            self._take_update()
        return None

    def change_language(self) -> None:
        self._read_series()

    def _read_series(self) -> None:
        self._series = self._client.series
        self._graph = positions_graph(self._series)
        self._graphs.read(self._series, self._client.learner)

    def _take_update(self) -> None:
        update = self._client.learner["update"]
        self._update = update if int(update["number"]) else None

    # --- Keys ---

    def bindings(self) -> list[KeyBinding]:
        turn = bind(_("page"), self._turn_page, Action.GRAPH_PAGE, Action.INSIDE)
        paused = bind(_("resume") if self._client.is_paused else _("pause"), self._toggle_pause, Action.PAUSE)
        return [
            turn,
            *self._page_bindings(),
            paused,
            step_binding(self._client),
            bind(_("back"), Pop, Action.BACK),
        ]

    def _page_bindings(self) -> list[KeyBinding]:
        match self._page:
            case _Page.UPDATE:
                return [
                    bind_pair(_("step"), self._move_step, Action.LEFT, Action.RIGHT),
                    bind_pair("", self._move_step, Action.UP, Action.DOWN),
                    bind(_("newest update"), self._take_newest, Action.CONFIRM),
                ]
            case _Page.POSITIONS:
                return [bind_pair(_("earlier, later"), self._move_age, Action.LEFT, Action.RIGHT)]
            case _Page.GRAPHS:
                return [
                    bind_pair(_("cursor"), self._graphs.move_cursor, Action.LEFT, Action.RIGHT),
                    bind_pair(_("other graph"), self._graphs.choose_graph, Action.UP, Action.DOWN),
                    bind_pair(_("zoom"), self._graphs.zoom, Action.SLOWER, Action.FASTER),
                    bind(_("compare a run"), self._graphs.choose_run, Action.CONFIRM),
                ]
        return []

    def handle(self, event: InputEvent) -> Transition | None:
        if self._page is _Page.GRAPHS:
            if event.scroll:
                self._graphs.zoom(1 if event.scroll > 0 else -1)
            elif event.position is not None:
                self._graphs.point(event.position)
        if event.clicked and event.position is not None:
            self._click(event.position)
        return super().handle(event)

    def _click(self, position: tuple[int, int]) -> None:
        for page, tab in zip(_Page, self._tabs, strict=False):
            if tab.collidepoint(position):
                self._page = page
        for step, rect in enumerate(self._steps if self._page is _Page.UPDATE else []):
            if rect.collidepoint(position):
                self._step = step

    def _turn_page(self) -> None:
        self._page = _Page((self._page + 1) % len(_Page))

    def _toggle_pause(self) -> None:
        toggle_pause(self._client)

    def _move_step(self, by: int) -> None:
        self._step = min(max(self._step + by, 0), NUM_STEPS - 1)

    def _take_newest(self) -> None:
        self._take_update()
        self._step = 0

    def _move_age(self, by: int) -> None:
        self._age = min(max(self._age + by, 0), _NUM_AGES)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        gap = canvas.units(canvas.theme.gap)
        tabs, page = cut_top(inset(canvas.rect, gap), canvas.text_height() + canvas.units(8), gap)
        self._draw_tabs(canvas, tabs)
        canvas.explain(tabs, _("Four pages of figures; a key or a click turns them"))
        canvas.explain(page, _(_EXPLANATIONS[self._page]))
        # These pages are full of numbers that belong together: larger text would push some of them out.
        normal = canvas.at_text_size(1.0)
        match self._page:
            case _Page.QUANTITIES:
                draw_quantities(normal, page, self._client.learner)
            case _Page.UPDATE:
                self._draw_update(normal, page)
            case _Page.GRAPHS:
                self._graphs.draw(normal, page)
            case _Page.POSITIONS:
                draw_positions(normal, page, self._series, self._panel, self._graph, self._age / _NUM_AGES)

    def _draw_tabs(self, canvas: Canvas, rect: Rect) -> None:
        theme = canvas.theme
        self._tabs = cols(rect, [1.0] * len(_Page), canvas.units(2))
        for page, tab in zip(_Page, self._tabs, strict=True):
            is_open = page is self._page
            canvas.draw_rounded(tab, theme.focus if is_open else theme.panel)
            text, width = _(_TITLES[page]).upper(), tab.width - canvas.units(4)
            size = fit_size(canvas, text, width, 1.0, 1.0 / canvas.text_scale)
            canvas.text_in(
                canvas.fit(text, width, size), tab, theme.accent if is_open else theme.text_dim, size
            )

    def _draw_update(self, canvas: Canvas, rect: Rect) -> None:
        if self._update is None:
            self._steps = []
            text = _("Waiting for the first update")
            canvas.text_in(text, centered(rect, rect.width, canvas.line_height()), canvas.theme.text_dim)
            return
        self._steps = draw_update(canvas, rect, self._update, self._step)
