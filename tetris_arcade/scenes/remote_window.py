"""The window as programs elsewhere use it: they open and close a demo, and look at it."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from tetris_arcade.remote.host import Screenshot
from tetris_arcade.scenes.base import Push, Reset, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.display import Display
from tetris_arcade.worker.shared.segments import Segment


class RemoteWindow:
    """Shows in the window what is started from elsewhere.

    apply: changes the scenes. start_turn: a demo is opened, as if somebody had come to the window.
    leave_demo: the transitions after which no demo is shown.
    """

    def __init__(
        self,
        context: Context,
        display: Display,
        apply: Callable[[Transition], None],
        start_turn: Callable[[], None],
        leave_demo: Callable[[], list[Transition]],
    ) -> None:
        self._context, self._display = context, display
        self._apply, self._start_turn, self._leave_demo = apply, start_turn, leave_demo

    def open_demo(self, slot: str) -> None:
        """Show a model's games, whatever is open."""
        self._start_turn()
        for transition in (*back_to_title(self._context), Push(DemoScene(self._context, slot))):
            self._apply(transition)

    def close_demo(self) -> None:
        """Stop whatever the player plays."""
        for transition in self._leave_demo():
            self._apply(transition)

    def take_screenshot(self) -> Screenshot:
        """The picture that was drawn last. Only copied here: encoding it takes longer than a frame."""
        surface = self._display.surface
        pixels = pygame.image.tobytes(surface, "RGB")
        segment = Segment(len(pixels))
        segment.map()[:] = pixels
        return Screenshot(surface.get_size(), segment)


def back_to_title(context: Context) -> list[Transition]:
    """Close all screens, and with them what they play."""
    return [Reset(TitleScene(context))]
