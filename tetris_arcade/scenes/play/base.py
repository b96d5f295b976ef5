"""A screen on which somebody plays: its boards and their sounds, the keys they share, and a player that is
started, changed and stopped."""

from __future__ import annotations

from dataclasses import replace

from tetris_arcade.scenes.base import Pop, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.board_sounds import BoardSounds
from tetris_arcade.scenes.play.pause_training import TrainingPausingScene
from tetris_arcade.scenes.speeds import faster, slower
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.worker.shared.messages import (
    NewGame,
    Pause,
    PlayTask,
    Report,
    Resume,
    SetLookahead,
    SetPlayers,
    SetSpeed,
    Started,
    Step,
    Warned,
    WorkerState,
)


class PlayScene(TrainingPausingScene):
    """A screen on which the player process plays, from when the screen comes until it goes: as many boards as
    the task has players, each with its sounds."""

    def __init__(self, context: Context, task: PlayTask) -> None:
        super().__init__(context)
        self._player = context.player
        self._task = task
        self._has_begun = False
        self._playbacks = tuple(BoardPlayer() for _ in task.players)
        self._sounds = tuple(BoardSounds(context.audio) for _ in task.players)

    def enter(self) -> None:
        # Not in __init__: the scene before lets go of the player only when it leaves.
        if not self._has_begun:
            self._has_begun = True
            self._player.start(self._task)

    def close(self) -> None:
        self.context.videos.notify_still_running()
        self._player.stop()
        super().close()

    def handle(self, event: InputEvent) -> Transition | None:
        """What every such screen does with its keys: leave, pause, step, change the speed."""
        action, player = event.action, self._player
        if action in (Action.BACK, Action.STOP):
            return Pop()
        if action is Action.PAUSE:
            self._pause_or_restart()
        elif action is Action.STEP:
            player.send(Step() if player.is_paused else Pause())
        elif action in (Action.FASTER, Action.SLOWER):
            player.send(SetSpeed((faster if action is Action.FASTER else slower)(player.speed)))
        return None

    def hints(self) -> list[Hint]:
        return [Hint("resume" if self._player.is_paused else "pause", Action.PAUSE)]

    @property
    def _again(self) -> str:
        """How to begin again, for a notice on the board."""
        return self.context.format_hint(Hint("tries again", Action.CONFIRM))

    def _pause_or_restart(self) -> None:
        player = self._player
        if not player.is_busy:
            player.start(replace(self._task, speed=player.speed))
        else:
            player.send(Resume() if player.is_paused else Pause())

    def update(self, now: float, dt: float) -> Transition | None:
        frame = self._player.frame
        boards = frame["boards"][: int(frame["num_boards"])]
        for board, playback, sounds in zip(boards, self._playbacks, self._sounds, strict=False):
            playback.show(board, dt, is_paused=self._player.is_paused)
            sounds.follow(playback.view, playback.progress)
        return None

    def on_report(self, source: str, report: Report) -> None:
        if source != "player":
            return
        if isinstance(report, Warned):
            self.context.notify(report.text, "warning")
        elif isinstance(report, Started) and isinstance(self._player.task, PlayTask):
            # A player that died and was started again knows nothing of what was changed since.
            self._tell_differences(self._player.task)

    def _change(self, wanted: PlayTask) -> None:
        """Have another game played: by word to a player that plays, else by a new start."""
        before, self._task = self._task, wanted
        if self._plays:
            self._tell_differences(before)
        else:
            self._start_anew()

    @property
    def _plays(self) -> bool:
        """Whether the player hears what it is told."""
        return self._player.state in (WorkerState.RUNNING, WorkerState.PAUSED)

    def _start_anew(self) -> None:
        """Start the task as it is now, at the speed and with the pause that are in force."""
        player = self._player
        player.start(replace(self._task, speed=player.speed, paused=player.is_paused))

    def _tell_differences(self, before: PlayTask) -> None:
        wanted = self._task
        if wanted.players != before.players:
            self._player.send(SetPlayers(wanted.players))
        if wanted.env != before.env:
            self._player.send(NewGame(wanted.env))
        if wanted.lookahead != before.lookahead:
            self._player.send(SetLookahead(wanted.lookahead))
