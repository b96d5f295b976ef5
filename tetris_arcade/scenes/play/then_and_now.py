"""Then and now: two ages of one model play the same pieces side by side."""

from __future__ import annotations

from dataclasses import replace

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import KeyBinding, Push, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.duel_layout import side_color
from tetris_arcade.scenes.play.model_ages import CURRENT_RUN, ModelAge, ModelAges, read_model_ages
from tetris_arcade.scenes.play.then_and_now_layout import ages_layout, draw_age_head, draw_common
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, inset
from tetris_arcade.ui.widgets.age_slider import AgeSlider
from tetris_arcade.ui.widgets.stat_line import short_number
from tetris_arcade.worker.shared.messages import DuelEnded, NewGame, PlayTask, Report, Saved, Started

_SPEED = 4.0
_VERDICT_SECONDS = 3.0
"""How long the end of a game is shown before the next one."""
_LAPSE_SECONDS, _LAPSE_VERDICT_SECONDS = 8.0, 1.5
"""Of a time lapse: how long an age plays at most, and how long the end of its game is shown."""


def open_then_and_now(context: Context, name: str) -> Transition | None:
    """Go to the ages of a model, or say that there are none."""
    ages = read_model_ages(context.paths, name)
    if ages is None:
        context.notify(_("There is nothing to compare yet"), "info")
        return None
    return Push(ThenAndNowScene(context, name, ages))


class ThenAndNowScene(PlayScene):
    """Left and right change the age of a side, up and down choose the side.

    The games of both sides have the same pieces, and begin again when a side changes. In a time lapse the
    left side goes through all ages. While a training runs, its new saves are taken over.
    """

    title = N_("Then and now")
    header = N_("Then and now")
    plays_stored_games = False

    def __init__(self, context: Context, name: str, ages: ModelAges) -> None:
        self._name, self._ages = name, ages
        self._sides = [0, len(ages.ages) - 1]
        self._side = 0
        self._is_lapse = False
        self._seconds = self._verdict_seconds = 0.0
        self._has_verdict = False
        self._dropped_game = 0
        """The serial number of the game that the newest one replaces: its end is no verdict any more."""
        self._slider = AgeSlider()
        super().__init__(context, PlayTask(self._players, ages.env, speed=_SPEED))

    @property
    def _players(self) -> tuple[str, ...]:
        return tuple(self._age(side).player for side in (0, 1))

    def _age(self, side: int) -> ModelAge:
        return self._ages.ages[self._sides[side]]

    # --- Input ---

    def own_bindings(self) -> list[KeyBinding]:
        lapse = _("stop the time lapse") if self._is_lapse else _("time lapse")
        return [
            bind_pair(_("age"), self._change_age, Action.LEFT, Action.RIGHT),
            bind(_("other side"), self._change_side, Action.UP, Action.DOWN),
            bind(lapse, self._toggle_lapse, Action.THEN_AND_NOW),
            bind(_("other pieces"), self._start_game, Action.CONFIRM),
        ]

    def handle(self, event: InputEvent) -> Transition | None:
        if event.clicked and event.position is not None:
            index = self._slider.click(event.position)
            if index is not None:
                self._is_lapse = False
                self._choose(self._side, index)
                return None
        return super().handle(event)

    def _change_side(self) -> None:
        self._side = 1 - self._side

    def _change_age(self, direction: int) -> None:
        self._is_lapse = False
        self._choose(self._side, self._sides[self._side] + direction)

    def _choose(self, side: int, index: int) -> None:
        """Let a side play at another age; both begin again with the same pieces."""
        index = min(max(index, 0), len(self._ages.ages) - 1)
        if index != self._sides[side]:
            self._sides[side] = index
            self._forget_verdict()
            self._change_task(replace(self._task, players=self._players))

    def _toggle_lapse(self) -> None:
        self._is_lapse = not self._is_lapse
        if self._is_lapse:
            self._sides = [0, len(self._ages.ages) - 1]
            self._forget_verdict()
            self._change_task(replace(self._task, players=self._players))

    # --- Games ---

    def _forget_verdict(self) -> None:
        self._seconds, self._has_verdict = 0.0, False
        self._dropped_game = self._boards[0].view.game

    def _start_game(self) -> None:
        """Start games with other pieces."""
        self._forget_verdict()
        if self._is_listening:
            self._player.send(NewGame())
        else:
            self._restart()

    def update(self, now: float, dt: float) -> Transition | None:
        transition = super().update(now, dt)
        if self._is_listening and not self._player.is_paused:
            self._seconds += dt
            self._verdict_seconds += dt
            self._go_on()
        return transition

    def _go_on(self) -> None:
        """Start what follows when a game is decided, or when an age has been seen long enough."""
        if not self._is_lapse:
            if self._has_verdict and self._verdict_seconds >= _VERDICT_SECONDS:
                self._start_game()
            return
        has_ended = self._has_verdict and self._verdict_seconds >= _LAPSE_VERDICT_SECONDS
        if has_ended or self._seconds >= _LAPSE_SECONDS:
            if self._sides[0] + 1 < len(self._ages.ages):
                self._choose(0, self._sides[0] + 1)
            else:
                self._is_lapse = False

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        if source == "trainer":
            if isinstance(report, Saved) and report.kind == self._name == CURRENT_RUN:
                self._take_over_save()
        elif isinstance(report, Started):
            self._has_verdict, self._dropped_game = False, 0
        elif isinstance(report, DuelEnded) and report.games[0] > self._dropped_game:
            self._has_verdict, self._verdict_seconds = True, 0.0

    def _take_over_save(self) -> None:
        """The run was saved: it may have another age, and its newest network plays from the next game on."""
        ages = read_model_ages(self.context.paths, self._name)
        if ages is None:
            return
        timesteps = [self._age(side).timesteps for side in (0, 1)]
        was_newest = [self._age(side).is_newest for side in (0, 1)]
        self._ages = ages
        known = {age.timesteps: index for index, age in enumerate(ages.ages)}
        last = len(ages.ages) - 1
        self._sides = [
            last if newest else known.get(at, 0) for at, newest in zip(timesteps, was_newest, strict=True)
        ]

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        area = inset(canvas.rect, canvas.units(4))
        slider, area = cut_bottom(area, self._slider.height(canvas) + canvas.units(10), canvas.units(4))
        views = (self._boards[0].view, self._boards[1].view)
        layout = ages_layout(canvas, area, self._ages.env.height)
        for side in (0, 1):
            age = self._age(side)
            earlier = self._ages.newest.seconds - age.seconds
            effects = self._shown_effects(side)
            draw_age_head(canvas, layout.heads[side], age, views[side], side, earlier, effects)
            self._draw_board(canvas, layout.boards[side], side, show_game_over=False)
        draw_common(canvas, layout.center, views)
        self._draw_slider(canvas, slider)
        canvas.explain(
            layout.boards[0],
            _("The model at one age, counted in time of training. Both sides get the same pieces."),
        )
        canvas.explain(layout.boards[1], _("The same model at another age"))
        canvas.explain(layout.center, _("Both games in numbers, and the next pieces"))
        canvas.explain(slider, _("The ages of the model: moves practised. Click one to let it play."))

    def _draw_slider(self, canvas: Canvas, rect: Rect) -> None:
        labels = [_("now") if age.is_newest else short_number(age.timesteps) for age in self._ages.ages]
        names = (_("LEFT"), _("RIGHT"))
        sides = [(names[side], self._sides[side], side_color(canvas.theme, side)) for side in (0, 1)]
        self._slider.draw(canvas, canvas.panel(rect), labels, sides, self._side)
