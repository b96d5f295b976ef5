"""Before a training: how the learner learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from pygame import Rect

from tetris_arcade.config.settings import TrainingSettings
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.training.hyperparameters import (
    DESCRIPTIONS,
    NAMES,
    offered_names,
    step_option,
    value_text,
)
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_top, inset

_PANEL_UNITS, _PANEL_LETTERS = 380, 34
_EXPLORATION = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000)
_NETWORKS = ((), (16,), (32, 32), (64, 64), (128, 64), (128, 128), (256, 256))
_FIELDS = tuple(
    field.name
    for field in fields(TrainingSettings)
    if field.name in ("exploration_timesteps", "net_arch") or field.name in NAMES
)


def learner_is_default(settings: TrainingSettings) -> bool:
    """Whether the learner learns as it does without any settings."""
    default = TrainingSettings()
    return all(getattr(settings, name) == getattr(default, name) for name in _FIELDS)


class LearnerSetupScene(MenuScene):
    """Chooses the hyperparameters of a new training; `on_change` gets the settings after each change."""

    title = N_("Learner")
    header = N_("Learner")

    def __init__(
        self, context: Context, settings: TrainingSettings, on_change: Callable[[TrainingSettings], None]
    ) -> None:
        super().__init__(context)
        self._settings, self._on_change = settings, on_change

    def _set(self, **changes: Any) -> None:
        self._settings = replace(self._settings, **changes)
        self._on_change(self._settings)

    # --- The menu ---

    def entries(self) -> list[MenuEntry]:
        names = offered_names(self._settings.reward)
        return [
            *(self._entry(name) for name in names if name != "exploration"),
            MenuEntry(
                "exploration",
                _("Exploration"),
                _("{n} moves").format(n=format_number(self._settings.exploration_timesteps)),
                lambda by: self._set(
                    exploration_timesteps=_step(_EXPLORATION, self._settings.exploration_timesteps, by)
                ),
                description=_("At first all moves are drawn at random. Over so many moves, they become few."),
            ),
            MenuEntry(
                "network",
                _("Network"),
                _network_text(self._settings.net_arch),
                lambda by: self._set(net_arch=_step(_NETWORKS, self._settings.net_arch, by)),
                description=_("Units in its hidden layers. More can tell more apart, and take longer."),
            ),
            MenuEntry(
                "default",
                _("Back to the default"),
                choose=self._reset,
                is_enabled=not learner_is_default(self._settings),
                description=_("With it, half a minute is enough to see it learn."),
            ),
        ]

    def _entry(self, name: str) -> MenuEntry:
        value = float(getattr(self._settings, name))
        return MenuEntry(
            name,
            _(NAMES[name]),
            value_text(name, value),
            lambda by: self._set(**{name: step_option(name, value, by)}),
            description=_(DESCRIPTIONS[name]),
        )

    def _reset(self) -> None:
        default = TrainingSettings()
        self._set(**{name: getattr(default, name) for name in _FIELDS})

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        area = inset(canvas.rect, units(8))
        width = min(area.width, max(units(_PANEL_UNITS), canvas.text_width("0" * _PANEL_LETTERS)))
        text_width = width - units(26)
        lines = max(len(canvas.wrap(entry.description, text_width)) for entry in self.menu.entries)
        text_height = lines * canvas.line_height()
        height = min(area.height, self.menu.height(canvas) + text_height + units(24))
        inside = canvas.panel(centered(area, width, height))
        menu, below = cut_top(inside, inside.height - text_height - units(6), units(6))
        self.menu.draw(canvas, menu)
        text = Rect(below.x + units(8), below.y, below.width - units(16), below.height)
        canvas.paragraph(self.menu.current.description, text, canvas.theme.text_dim)
        canvas.explain(text, _("What the chosen line does"))
        canvas.explain(menu, _("How it learns; most of it can also be changed while it trains"))


def _network_text(net_arch: tuple[int, ...]) -> str:
    return " x ".join(map(str, net_arch)) if net_arch else _("linear")


def _step(options: tuple[Any, ...], current: Any, by: int) -> Any:
    """The next option, or the one before it, not beyond the ends; the nearest if `current` is none."""
    if current in options:
        return options[min(max(options.index(current) + by, 0), len(options) - 1)]
    return options[len(options) // 2]
