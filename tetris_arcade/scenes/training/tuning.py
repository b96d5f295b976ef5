"""Changes the training that runs: hyperparameters, and notes on it."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.training.hyperparameters import (
    DESCRIPTIONS,
    NAMES,
    current_value,
    event_texts,
    offered_names,
    step_option,
    value_text,
)
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_top, inset
from tetris_arcade.ui.widgets.stat_line import short_number
from tetris_arcade.worker.shared.messages import AddNote, SetHyperparameter, TrainTask

_PANEL_UNITS, _PANEL_LETTERS, _SHOWN_EVENTS = 380, 34, 4
_MARGIN_UNITS, _MIN_MARGIN_UNITS = 10, 4
_MOMENT = "0" * 7
"""As wide as a timestep and the gap after it."""


class TuningScene(MenuScene):
    """Offers other values of the hyperparameters; what is applied counts from the next move on."""

    title = N_("Change the training")
    header = N_("Change")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._chosen: dict[str, float] = {}

    @property
    def _reward(self) -> str:
        task = self.context.trainer.task
        return task.config.env.reward if isinstance(task, TrainTask) else "lines"

    def update(self, now: float, dt: float) -> Transition | None:
        self.refresh()  # An exploration schedule changes the values meanwhile.
        return None

    def _now(self, name: str) -> float:
        return current_value(name, self.context.trainer.learner)

    def _changes(self) -> dict[str, float]:
        """What has been chosen and does not hold yet."""
        return {name: value for name, value in self._chosen.items() if value != self._now(name)}

    # --- The menu ---

    def entries(self) -> list[MenuEntry]:
        return [
            *(self._entry(name) for name in offered_names(self._reward)),
            MenuEntry(
                "apply",
                _("Apply"),
                choose=self._apply,
                is_enabled=bool(self._changes()),
                description=_("It counts from the next move on. The run records it, and its graphs mark it."),
            ),
            MenuEntry(
                "note",
                _("Write a note"),
                choose=self._ask_note,
                description=_("It is kept with the run, and marked on its graphs."),
            ),
        ]

    def _entry(self, name: str) -> MenuEntry:
        now = self._now(name)
        value = self._chosen.get(name, now)
        text = value_text(name, value)
        if value != now:
            text = _("{old} to {new}").format(old=value_text(name, now), new=text)
        return MenuEntry(
            name,
            _(NAMES[name]),
            text,
            change=lambda by: self._step(name, by),
            description=_(DESCRIPTIONS[name]),
        )

    def _step(self, name: str, by: int) -> None:
        self._chosen[name] = step_option(name, self._chosen.get(name, self._now(name)), by)

    def _apply(self) -> None:
        client = self.context.trainer
        sent = [client.send(SetHyperparameter(name, value)) for name, value in self._changes().items()]
        if all(sent):
            self.context.notify(_("Changed from the next move on"), "success")
        else:
            self.context.notify(_("Training is busy, try again"), "warning")
        self._chosen.clear()

    def _ask_note(self) -> Transition:
        return Push(
            NameEntryScene(self.context, _("Note on this run"), "", self._add_note, max_characters=60)
        )

    def _add_note(self, text: str) -> None:
        if not self.context.trainer.send(AddNote(text)):
            raise ValueError(_("Training is busy, try again"))
        self.context.notify(_("The note is kept with the run"), "success")

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units, theme = canvas.units, canvas.theme
        area = inset(canvas.rect, units(8))
        self.menu.margin_units = _MARGIN_UNITS if canvas.text_scale == 1.0 else _MIN_MARGIN_UNITS
        width = min(area.width, max(units(_PANEL_UNITS), canvas.text_width("0" * _PANEL_LETTERS)))
        text_width = width - units(26)
        normal = canvas.at_text_size(1.0)
        events = [
            (timesteps, is_change, normal.wrap(text, text_width - normal.text_width(_MOMENT)))
            for timesteps, is_change, text in event_texts(self.context.trainer.learner)[-_SHOWN_EVENTS:]
        ]
        lines = max(len(canvas.wrap(entry.description, text_width)) for entry in self.menu.entries)
        text_height = lines * canvas.line_height() + units(4)
        events_height = sum(len(text) for *_moment, text in events) * normal.line_height()
        height = self.menu.height(canvas) + text_height + events_height + units(24)
        inside = canvas.panel(centered(area, width, min(area.height, height)))
        menu, below = cut_top(inside, inside.height - text_height - events_height - units(6), units(6))
        self.menu.draw(canvas, menu)
        text = Rect(below.x + units(8), below.y, below.width - units(16), text_height)
        canvas.paragraph(self.menu.current.description, text, theme.text_dim)
        self._draw_events(normal, Rect(text.x, text.bottom, text.width, below.bottom - text.bottom), events)
        canvas.explain(text, _("What the chosen line does"))
        canvas.explain(menu, _("What can be changed while it trains"))

    def _draw_events(self, canvas: Canvas, rect: Rect, events: list[tuple[float, bool, list[str]]]) -> None:
        """Draw what was changed and noted last, each with its timestep."""
        y, theme = rect.y, canvas.theme
        for timesteps, is_change, lines in events:
            canvas.text(short_number(timesteps), (rect.x, y), theme.text_faint)
            for line in lines:
                color = theme.accent if is_change else theme.text
                canvas.text(line, (rect.x + canvas.text_width(_MOMENT), y), color)
                y += canvas.line_height()
