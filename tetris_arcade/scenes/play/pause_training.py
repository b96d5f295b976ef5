"""One activity at a time: before a demo or a duel, what becomes of the training that runs."""

from __future__ import annotations

from collections.abc import Callable

from tetris_arcade.scenes.base import Push, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.worker.shared.messages import Pause, Resume

_OPTIONS = [
    ("pause", "Pause it, go on afterwards"),
    ("stop", "Stop it, saved"),
    ("both", "Let both run"),
]


class TrainingPausingScene(Scene):
    """A screen that a training may have been paused for: when it goes, the training goes on."""

    resumes_training = False

    def close(self) -> None:
        if self.resumes_training:
            self.context.trainer.send(Resume())

    def transfer_resume_duty(self, scene: TrainingPausingScene) -> TrainingPausingScene:
        """Let another screen, which takes this one's place, see to the training."""
        scene.resumes_training, self.resumes_training = self.resumes_training, False
        return scene


def start_with_training_check(context: Context, make: Callable[[], TrainingPausingScene]) -> Transition:
    """Go to the scene that `make` makes; ask first where a training runs."""
    trainer = context.trainer
    # A visitor is asked nothing: the training is the house's, and goes on beside the game.
    if context.is_kiosk or not trainer.is_busy or trainer.is_paused:
        return Push(make())

    def choose(option: str) -> Transition:
        scene = make()
        if option == "pause":
            trainer.send(Pause())
            scene.resumes_training = True
        elif option == "stop":
            trainer.stop()
        return Replace(scene)

    return Push(ChoiceDialog(context, "A training is running. What shall become of it?", _OPTIONS, choose))
