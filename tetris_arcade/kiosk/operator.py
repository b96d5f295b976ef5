"""What the operator can do at a kiosk: a menu behind a PIN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tetris_arcade.scenes.base import Context, Pop, Replace, Scene, Transition
from tetris_arcade.scenes.dialog import ConfirmScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.worker.messages import TrainTask


def open_operator(context: Context, pin: str, leave: Callable[[], None]) -> Scene:
    """The operator's menu, or, where a PIN is set, the question for it; `leave` ends the program."""
    menu = _Menu(context, leave)
    if not pin:
        return menu.scene()
    return NameEntryScene(
        context, "Operator PIN", "", lambda text: menu.open(text == pin), letters="0123456789", is_hidden=True
    )


class _Menu:
    def __init__(self, context: Context, leave: Callable[[], None]) -> None:
        self._context, self._leave = context, leave

    def open(self, is_allowed: bool) -> Transition:
        if not is_allowed:
            self._context.tell("that is not the PIN", "warning")
            return Pop()
        return Replace(self.scene())

    def scene(self) -> Scene:
        sound = "Sound on" if self._context.settings.sound.muted else "Sound off"
        options = [("sound", sound), ("restart", "Restart the training"), ("leave", "Leave the kiosk")]
        if not isinstance(self._context.trainer.task, TrainTask):
            options.pop(1)
        return ConfirmScene(self._context, "Operator", options, self._act)

    def _act(self, key: str) -> Transition | None:
        context = self._context
        if key == "sound":
            sound = context.settings.sound
            context.change_settings(replace(context.settings, sound=replace(sound, muted=not sound.muted)))
        elif key == "restart" and isinstance(context.trainer.task, TrainTask):
            context.trainer.start(replace(context.trainer.task, resume=True))
            context.tell("the training is started again from its last checkpoint", "info")
        elif key == "leave":
            self._leave()
        return None
