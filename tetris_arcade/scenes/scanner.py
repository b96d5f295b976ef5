"""Play with one button: the highlight walks over all that can be chosen, and the button chooses."""

from __future__ import annotations

from collections.abc import Sequence

import pygame
from pygame import Rect

from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.footer import Button

BUTTON = (Action.CONFIRM, Action.PAUSE)
"""What counts as the button: Enter, the space bar, a pad's A and start, a cabinet's first button and start.

All other keys do what they always do, so that somebody can help.
"""
_MENU_ACTIONS = (Action.UP, Action.DOWN, Action.LEFT, Action.RIGHT, Action.CONFIRM)
"""What nobody needs where the highlight walks over the lines themselves."""


class Scanner:
    """Walks over the items of the screen on top, then over the footer's buttons, and starts again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._screen: Scene | None = None
        self._index = 0
        self._next_at = self._now = 0.0
        self._buttons: list[Button] = []

    def update(self, now: float, screen: Scene, buttons: Sequence[Button]) -> bool:
        """Move the highlight if it is time; returns whether it has moved. buttons: as they were drawn."""
        self._now = now
        if not self._context.settings.access.one_button or not screen.can_be_scanned:
            self._screen = None
            return False
        self._buttons = _each_once(buttons, _MENU_ACTIONS if screen.num_scanned_items else ())
        if screen is not self._screen:
            self._screen, self._index = screen, 0
        elif now < self._next_at:
            return False
        else:
            self._index = (self._index + 1) % max(1, self._num_targets(screen))
        if self._index < screen.num_scanned_items:
            screen.scan_to(self._index)
        self._wait(screen)
        return True

    def translate(self, event: InputEvent) -> InputEvent:
        """What a press of the one button does now; other events as they are."""
        screen = self._screen
        if screen is None or event.action not in BUTTON or event.repeated:
            return event
        self._wait(screen)
        button = self._button(screen)
        return InputEvent(action=screen.scan_action if button is None else button.action)

    def spoken_text(self) -> str:
        """What the highlighted button of the footer does, "" if a line of the screen is highlighted."""
        button = None if self._screen is None else self._button(self._screen)
        return "" if button is None else button.description

    def draw(self, canvas: Canvas) -> None:
        """Draw a frame around the highlighted button of the footer; a line of a menu shows itself."""
        button = None if self._screen is None else self._button(self._screen)
        if button is not None:
            rect = button.rect.inflate(canvas.units(4), canvas.units(2)).clip(canvas.surface.get_rect())
            _draw_frame(canvas, rect)

    def _button(self, screen: Scene) -> Button | None:
        number = self._index - screen.num_scanned_items
        return self._buttons[number] if 0 <= number < len(self._buttons) else None

    def _num_targets(self, screen: Scene) -> int:
        return screen.num_scanned_items + len(self._buttons)

    def _wait(self, screen: Scene) -> None:
        self._next_at = self._now + self._context.settings.access.scan_seconds * screen.scan_pace


def _each_once(buttons: Sequence[Button], without: Sequence[Action]) -> list[Button]:
    """The buttons with each action once, as a rectangle around all that trigger it."""
    found: dict[Action, Button] = {}
    for button in buttons:
        if button.action in without:
            continue
        first = found.get(button.action)
        rect = button.rect if first is None else first.rect.union(button.rect)
        found[button.action] = Button(rect, button.action, button.description)
    return list(found.values())


def _draw_frame(canvas: Canvas, rect: Rect) -> None:
    pygame.draw.rect(
        canvas.surface, canvas.theme.accent, rect, canvas.units(2), border_radius=canvas.units(3)
    )
