"""Asks whether to pause, stop or keep a running training before a demo or a duel starts."""

from __future__ import annotations

from collections.abc import Callable

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import Push, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.worker.shared.messages import Pause, Resume

_OPTIONS = [
    ("pause", N_("Pause it meanwhile")),
    ("stop", N_("Save and stop it")),
    ("both", N_("Keep it running")),
]


class TrainingPausingScene(Scene):
    """A screen for which the training may have been paused; closing it resumes the training."""

    resumes_training = False

    def close(self) -> None:
        if self.resumes_training:
            self.context.trainer.send(Resume())

    def transfer_resume_duty(self, scene: TrainingPausingScene) -> TrainingPausingScene:
        """Let the screen that replaces this one resume the training instead; returns that screen."""
        scene.resumes_training, self.resumes_training = self.resumes_training, False
        return scene


def start_with_training_check(context: Context, make: Callable[[], TrainingPausingScene]) -> Transition:
    """Go to the scene that `make` returns; ask first if a training runs."""
    trainer = context.trainer
    # In a kiosk the training belongs to the operator: it continues, and the visitor is not asked.
    # Another program's training is not this window's to pause.
    if context.is_kiosk or context.is_watching or not trainer.is_busy or trainer.is_paused:
        return Push(make())

    def choose(option: str) -> Transition:
        scene = make()
        if option == "pause":
            trainer.send(Pause())
            scene.resumes_training = True
        elif option == "stop":
            trainer.stop()
        return Replace(scene)

    options = [(key, _(text)) for key, text in _OPTIONS]
    return Push(ChoiceDialog(context, _("Training is running. What should happen to it?"), options, choose))
