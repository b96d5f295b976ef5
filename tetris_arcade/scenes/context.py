"""What scenes use of the program: settings, workers, sound, services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings
from tetris_arcade.remote.attached_client import AttachedClient
from tetris_arcade.services.background_jobs import BackgroundJobs
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.services.model_imports import ModelImports
from tetris_arcade.services.model_list import ModelList
from tetris_arcade.services.video_export import VideoExport
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.widgets.toast import Notify
from tetris_arcade.worker.viewer.client import WorkerClient

TrainingClient = WorkerClient | AttachedClient


@dataclass
class Context:
    """The window's state and services, as scenes use them.

    trainer: the client of the training process, whether it runs or not. player: the client of the process
    that plays demos, duels and replays. notify(message, severity): shows a message over any scene.
    change_settings: applies and saves new settings. key_hints: names the keys and buttons that are mapped
    now; no text names any other. another_program_writes: another program owns the data folder, so nothing can
    be saved. is_watching: `trainer` is that program's, which decides what it trains. is_kiosk: visitors use
    the window. watcher_url: where browsers may watch, None if they cannot.
    """

    paths: DataPaths
    settings: Settings
    trainer: TrainingClient
    player: WorkerClient
    audio: Audio
    notify: Notify
    change_settings: Callable[[Settings], None]
    key_hints: KeyHints
    models: ModelList
    jobs: BackgroundJobs
    imports: ModelImports
    videos: VideoExport
    another_program_writes: bool = False
    is_watching: bool = False
    is_kiosk: bool = False
    watcher_url: str | None = None

    @property
    def is_locked(self) -> bool:
        """Whether nothing may be changed: another program owns the data, or visitors use the window."""
        return self.another_program_writes or self.is_kiosk

    def is_open(self, screen: str) -> bool:
        """Whether the screen of a line of the title's menu may be opened: a kiosk can close some."""
        return not self.is_kiosk or screen not in self.settings.kiosk.closed_screens


def make_context(
    *,
    paths: DataPaths,
    settings: Settings,
    trainer: TrainingClient,
    player: WorkerClient,
    audio: Audio,
    notify: Notify,
    change_settings: Callable[[Settings], None],
    key_hints: KeyHints,
    another_program_writes: bool = False,
    is_watching: bool = False,
    is_kiosk: bool = False,
) -> Context:
    """Make a context with new services."""

    def is_locked() -> bool:
        return context.is_locked

    jobs = BackgroundJobs(notify)
    context = Context(
        paths=paths,
        settings=settings,
        trainer=trainer,
        player=player,
        audio=audio,
        notify=notify,
        change_settings=change_settings,
        key_hints=key_hints,
        models=ModelList(paths),
        jobs=jobs,
        imports=ModelImports(paths, jobs, notify, is_locked=is_locked),
        videos=VideoExport(paths, notify, is_locked=is_locked),
        another_program_writes=another_program_writes,
        is_watching=is_watching,
        is_kiosk=is_kiosk,
    )
    return context
