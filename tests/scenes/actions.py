"""Actions for a scene, as a key or a gamepad would send them."""

from __future__ import annotations

from tetris_arcade.scenes.base import Scene, Transition
from tetris_arcade.ui.input import Action, InputEvent


def press(scene: Scene, *actions: Action) -> Transition | None:
    """Send actions to a scene; returns what the last one did."""
    transition = None
    for action in actions:
        transition = scene.handle(InputEvent(action=action))
    return transition


def click(scene: Scene, position: tuple[int, int]) -> Transition | None:
    """Click a position; returns what it did."""
    return scene.handle(InputEvent(position=position, clicked=True))
