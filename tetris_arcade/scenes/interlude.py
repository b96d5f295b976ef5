"""One activity at a time: before a demo or a duel, what becomes of the training that runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tetris_arcade.scenes.base import Context, Push, Replace, Scene, Transition
from tetris_arcade.scenes.dialog import ConfirmScene
from tetris_arcade.worker.messages import (
    NewGame,
    Pause,
    PlayTask,
    Report,
    Resume,
    SetLookahead,
    SetPlayers,
    Started,
    Warned,
    WorkerState,
)

_OPTIONS = [
    ("pause", "Pause it, go on afterwards"),
    ("stop", "Stop it, saved"),
    ("both", "Let both run"),
]


class Interlude(Scene):
    """A screen that a training may have been paused for: when it goes, the training goes on."""

    resumes_training = False

    def close(self) -> None:
        if self.resumes_training:
            self.context.trainer.send(Resume())

    def hand_over(self, scene: Interlude) -> Interlude:
        """Let another screen, which takes this one's place, see to the training."""
        scene.resumes_training, self.resumes_training = self.resumes_training, False
        return scene


class PlayScene(Interlude):
    """A screen on which the player process plays, from when the screen comes until it goes."""

    def __init__(self, context: Context, task: PlayTask) -> None:
        super().__init__(context)
        self._player = context.player
        self._task = task
        self._has_begun = False

    def enter(self) -> None:
        # Not in __init__: the scene before lets go of the player only when it leaves.
        if not self._has_begun:
            self._has_begun = True
            self._player.start(self._task)

    def close(self) -> None:
        self._player.stop()
        super().close()

    def hear(self, source: str, report: Report) -> None:
        if source != "player":
            return
        if isinstance(report, Warned):
            self.context.tell(report.text, "warning")
        elif isinstance(report, Started) and isinstance(self._player.task, PlayTask):
            # A player that died and was started again knows nothing of what was changed since.
            self._tell_differences(self._player.task)

    def _change(self, wanted: PlayTask) -> None:
        """Have another game played: by word to a player that plays, else by a new start."""
        before, self._task = self._task, wanted
        if self._player.state in (WorkerState.RUNNING, WorkerState.PAUSED):
            self._tell_differences(before)
        else:
            self._player.start(replace(wanted, speed=self._player.speed, paused=self._player.is_paused))

    def _tell_differences(self, before: PlayTask) -> None:
        wanted = self._task
        if wanted.players != before.players:
            self._player.send(SetPlayers(wanted.players))
        if wanted.env != before.env:
            self._player.send(NewGame(wanted.env))
        if wanted.lookahead != before.lookahead:
            self._player.send(SetLookahead(wanted.lookahead))


def start_play(context: Context, make: Callable[[], Interlude]) -> Transition:
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

    return Push(ConfirmScene(context, "A training is running. What shall become of it?", _OPTIONS, choose))
