"""How the game that people play feels: auto shift, soft drop, and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pygame import Rect

from tetris_arcade.config.handling import INSTANT, Handling
from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import centered, cut_bottom, inset

_DAS_MS = (0, 33, 50, 67, 83, 100, 117, 133, 150, 167, 183, 200, 233, 267, 300)
_ARR_MS = (0, 8, 17, 25, 33, 50, 67, 83)
_SOFT_DROP_FACTORS = (5, 10, 20, 40, INSTANT)
"""In the order of the menu, the fastest last."""
_WIDTH_UNITS, _LETTERS = 380, 42
_NOTE_LINES = 3
_LOCKED = N_("Settings are locked in kiosk mode")


class HandlingScene(MenuScene):
    """One menu; changes are saved at once, and count from the next game on."""

    title = "Handling"
    header = N_("Handling")

    def entries(self) -> list[MenuEntry]:
        handling = self.context.settings.handling
        return [
            MenuEntry(
                "das",
                _("Delay (DAS)"),
                _("{milliseconds} ms").format(milliseconds=handling.das_ms),
                lambda by: self._set(replace(handling, das_ms=_step(_DAS_MS, handling.das_ms, by))),
                description=_("How long to hold left or right until the piece moves on by itself."),
            ),
            MenuEntry(
                "arr",
                _("Repeat (ARR)"),
                _("{milliseconds} ms").format(milliseconds=handling.arr_ms)
                if handling.arr_ms
                else _("at once"),
                lambda by: self._set(replace(handling, arr_ms=_step(_ARR_MS, handling.arr_ms, by))),
                description=_("The time from one of these moves to the next."),
            ),
            MenuEntry(
                "soft_drop",
                _("Soft drop"),
                self._soft_drop_text(handling.soft_drop_factor),
                lambda by: self._set(
                    replace(
                        handling,
                        soft_drop_factor=_step(_SOFT_DROP_FACTORS, handling.soft_drop_factor, by),
                    )
                ),
                description=_("How fast a piece falls while down is held. It never locks by that alone."),
            ),
            MenuEntry(
                "keys",
                _("Keys and buttons"),
                "...",
                choose=self._open_keys,
                description=_("Change keys and gamepad buttons."),
            ),
            MenuEntry(
                "defaults",
                _("Reset to defaults"),
                choose=self._reset,
                description=_("167 ms and 33 ms: what most players know."),
            ),
        ]

    @staticmethod
    def _soft_drop_text(factor: int) -> str:
        return _("at once") if factor == INSTANT else _("{factor} x").format(factor=factor)

    def _reset(self) -> None:
        self._set(Handling())

    def _open_keys(self) -> Transition | None:
        if self.context.is_kiosk:
            self.context.notify(_(_LOCKED), "warning")
            return None
        return Push(KeySettingsScene(self.context, shows_game=True))

    def _set(self, handling: Handling) -> None:
        if self.context.is_kiosk:
            self.context.notify(_(_LOCKED), "warning")
            return
        self.context.change_settings(replace(self.context.settings, handling=handling))

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        area = inset(canvas.rect, units(8))
        width = min(area.width, max(units(_WIDTH_UNITS), canvas.text_width("0" * _LETTERS)))
        note_height = _NOTE_LINES * canvas.line_height()
        height = min(area.height, self.menu.height(canvas) + note_height + units(20))
        inside = inset(canvas.panel(centered(area, width, height)), units(2))
        note, menu = cut_bottom(inside, note_height, units(4))
        self.menu.draw(canvas, menu)
        text = Rect(note.x + units(6), note.y, note.width - units(12), note.height)
        canvas.paragraph(self.menu.current.description, text, canvas.theme.text_dim)
        canvas.explain(note, _("What the chosen line does"))
        canvas.explain(
            menu,
            _("How the controls feel: {keys}").format(
                keys=self.keys_text(_("change a line"), Action.LEFT, Action.RIGHT)
            ),
        )


def _step(values: Sequence[int], value: int, by: int) -> int:
    """The next value in a direction, up to the first or the last."""
    if value in values:
        return values[min(max(values.index(value) + by, 0), len(values) - 1)]
    return min(values, key=lambda other: abs(other - value))
