"""The host over two worker clients: a trainer and a player, as the arcade, the kiosk and `web` have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import TrainingSettings
from tetris_arcade.config.training import (
    IncompatibleCheckpointError,
    TrainConfig,
    check_resumable,
    config_from_settings,
)
from tetris_arcade.languages import N_
from tetris_arcade.remote.host import Screenshot
from tetris_arcade.remote.messages import (
    COMMANDS,
    RefusedError,
    RemoteCommand,
    StartDemo,
    StartTraining,
    TakeScreenshot,
    WorkerStatus,
)
from tetris_arcade.remote.model_names import check_slot, find_player
from tetris_arcade.storage.saved_run import load_saved_run
from tetris_arcade.worker.shared.messages import (
    AddNote,
    Command,
    NewGame,
    PlayTask,
    Save,
    SaveSlot,
    Seek,
    SetHyperparameter,
    SetInStep,
    SetLookahead,
    SetSpeed,
    SetVisuals,
    Stop,
    TrainTask,
    WorkerState,
)
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.viewer.client import WorkerClient

_NOT_WRITABLE = N_("Another program uses this data folder: nothing can be trained here.")
_DEMO_SPEED = 4.0
_DEMO_ENV = EnvConfig(max_pieces=2_500)


class Window(Protocol):
    """A window that shows what is started from elsewhere."""

    def open_demo(self, slot: str) -> None: ...

    def close_demo(self) -> None: ...

    def take_screenshot(self) -> Screenshot: ...


class WorkerHost:
    """Starts trainings and demos, and passes commands on to the worker that is at work.

    The player's commands go before the trainer's: a demo is what is seen. kind: as `Host` has it.
    read_settings: the settings of a training that is started now. window: None if there is none; then one
    activity at a time is allowed, a demo only while the training is paused or none runs.
    """

    def __init__(
        self,
        kind: str,
        paths: DataPaths,
        trainer: WorkerClient,
        player: WorkerClient,
        read_settings: Callable[[], TrainingSettings],
        *,
        is_writable: bool,
        window: Window | None = None,
    ) -> None:
        self.kind = kind
        self.commands = COMMANDS if window is not None else COMMANDS - {"screenshot"}
        self.is_writable = is_writable
        self._paths, self._trainer, self._player = paths, trainer, player
        self._read_settings, self._window = read_settings, window
        if trainer.task is None:  # What is chosen before the first training holds for it.
            trainer.send(SetVisuals(True))
            trainer.send(SetSpeed(read_settings().speed))

    def segments(self) -> Mapping[str, Segment]:
        return {"trainer": self._trainer.segment, "player": self._player.segment}

    def statuses(self) -> Mapping[str, WorkerStatus]:
        return {
            "trainer": WorkerStatus.from_client(self._trainer),
            "player": WorkerStatus.from_client(self._player),
        }

    def obey(self, command: RemoteCommand) -> Screenshot | None:
        """Do it; raises RefusedError."""
        match command:
            case TakeScreenshot():
                if self._window is None:
                    raise RefusedError(N_("There is no window here."))
                return self._window.take_screenshot()
            case StartTraining():
                self._start_training(command)
            case StartDemo(slot):
                self._start_demo(slot)
            case Stop():
                self._stop()
            case Save() | SaveSlot():
                self._save(command)
            case SetHyperparameter() | AddNote():
                if not self._trainer.is_busy:
                    raise RefusedError(N_("No training is running."), "busy")
                self._send(self._trainer, command)
            case NewGame() | SetLookahead() | Seek():
                if not self._player.is_busy:
                    raise RefusedError(N_("No demo is running."), "busy")
                self._send(self._player, command)
            case SetInStep():
                self._send(self._trainer, command)
            case SetSpeed() | SetVisuals():
                self._send(self._active or self._trainer, command)
            case _:
                self._send(self._require_active(), command)
        return None

    @property
    def _active(self) -> WorkerClient | None:
        """The worker that is seen: the player before the trainer."""
        return next((client for client in (self._player, self._trainer) if client.is_busy), None)

    def _require_active(self) -> WorkerClient:
        client = self._active
        if client is None:
            raise RefusedError(N_("Nothing is running."), "busy")
        return client

    def _send(self, client: WorkerClient, command: Command) -> None:
        if not client.send(command):
            raise RefusedError(N_("It is busy, try again in a moment."), "busy")

    # --- Training ---

    def _start_training(self, command: StartTraining) -> None:
        if not self.is_writable:
            raise RefusedError(_NOT_WRITABLE)
        if self._trainer.is_busy:
            raise RefusedError(N_("A training is running: stop it first."), "busy")
        if self._window is None and self._player.is_busy:
            raise RefusedError(N_("A demo is running: stop it first."), "busy")
        try:
            config = self._config(command)
        except (ValueError, IncompatibleCheckpointError) as error:
            raise RefusedError(f"start: {error}.", "invalid") from error
        trainer = self._trainer
        trainer.start(TrainTask(config, command.resume, speed=trainer.speed, visuals=trainer.visuals))

    def _config(self, command: StartTraining) -> TrainConfig:
        if not command.resume:
            return config_from_settings(self._read_settings()).changed(command.config)
        saved = load_saved_run(self._paths)
        if saved.problem is not None:
            raise RefusedError(saved.problem)
        if saved.config is None:
            raise RefusedError(N_("There is no saved run to resume."), "unknown")
        config = saved.continued(saved.config.goal_lines).changed(command.config)
        check_resumable(saved.config, config)
        return config

    def _save(self, command: Save | SaveSlot) -> None:
        if not self._trainer.is_busy:
            raise RefusedError(N_("No training is running."), "busy")
        if self._trainer.state is WorkerState.STARTING:
            raise RefusedError(N_("The training is still starting: try again in a moment."), "busy")
        if isinstance(command, SaveSlot):
            command = check_slot(self._paths, command)
        self._send(self._trainer, command)

    # --- Demo ---

    def _start_demo(self, slot: str) -> None:
        name = find_player(self._paths, slot)
        if self._window is not None:
            self._window.open_demo(name)
            return
        if self._trainer.is_busy and not self._trainer.is_paused:
            raise RefusedError(N_("A training is running: pause or stop it first."), "busy")
        self._player.start(PlayTask((name,), _DEMO_ENV, speed=_DEMO_SPEED))

    def _stop(self) -> None:
        client = self._require_active()
        if client is self._trainer:
            client.stop()
        elif self._window is not None:
            self._window.close_demo()
        else:
            client.rest()
