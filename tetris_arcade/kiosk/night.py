"""The screen of the night: black, until somebody comes or the day begins."""

from __future__ import annotations

from tetris_arcade.scenes.attract import starts_turn
from tetris_arcade.scenes.base import Pop, Scene, Transition
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import InputEvent

_BLACK = (0, 0, 0)


class NightScene(Scene):
    """Plays nothing, so that the machine rests; any key, button or touch starts a visitor's turn."""

    title = "Night"
    has_footer = False
    captures_all_keys = True

    @property
    def is_still(self) -> bool:
        return True

    def handle(self, event: InputEvent) -> Transition | None:
        return Pop() if starts_turn(event) else None

    def draw(self, canvas: Canvas) -> None:
        canvas.fill(canvas.rect, _BLACK)
