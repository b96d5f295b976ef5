"""One activity at a time: before a demo or a duel, what becomes of the training that runs."""

from __future__ import annotations

from collections.abc import Callable

from tetris_arcade.scenes.base import Context, Push, Replace, Scene, Transition
from tetris_arcade.scenes.dialog import ConfirmScene
from tetris_arcade.worker.messages import Pause

_OPTIONS = [("pause", "Pause the training"), ("stop", "Stop it, saved"), ("both", "Let both run")]


def start_play(context: Context, make: Callable[[], Scene]) -> Transition:
    """Go to the scene that `make` makes; ask first where a training runs."""
    trainer = context.trainer
    if not trainer.is_busy or trainer.is_paused:
        return Push(make())

    def choose(option: str) -> Transition:
        if option == "pause":
            trainer.send(Pause())
            context.tell("the training is paused: P on its screen resumes it", "info")
        elif option == "stop":
            trainer.stop()
        return Replace(make())

    return Push(ConfirmScene(context, "A training is running. What shall become of it?", _OPTIONS, choose))
