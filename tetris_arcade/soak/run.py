"""Opens the window, lets the tour go through it for so many minutes, and reports what was done and what
grew."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import Settings
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.soak.process_monitor import ProcessMonitor, SegmentMonitor
from tetris_arcade.soak.statistics import FrameTimes
from tetris_arcade.worker.shared.messages import Failed, Saved, SaveFailed, Started, TrainTask, Warned

if TYPE_CHECKING:
    from tetris_arcade.app import App
    from tetris_arcade.scenes.context import Context
    from tetris_arcade.soak.script import ScriptedTitle, Step
    from tetris_arcade.worker.shared.messages import Report
    from tetris_arcade.worker.viewer.client import WorkerClient

_SAMPLE_SECONDS = 3.0
_IDLE_SECONDS = 15.0
_WARM_UP = 1 / 6
"""So long trainings may be ended and begun anew: the last of them then has as long again to warm up before it
is judged."""
_SPARE_TIMESTEPS = 1.1
"""A placement on a board that is lost already is played, but not kept in the replay buffer."""


def run_soak(minutes: float, root: Path | None = None, seed: int = 0) -> dict[str, Any]:
    """Soak the window for so long; in a temporary data folder where none is given."""
    _hide_without_display()
    if root is not None:
        return Soak(minutes, DataPaths(root, shipped_slots()), seed).run()
    with tempfile.TemporaryDirectory(prefix="tetris-arcade-soak-") as folder:
        return Soak(minutes, DataPaths(Path(folder), shipped_slots()), seed).run()


def _hide_without_display() -> None:
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if os.name == "posix" and os.uname().sysname == "Linux" and not has_display:
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    if os.environ.get("SDL_VIDEODRIVER") == "dummy":
        os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


class Soak:
    """One soak, from opening the window to its report. What it keeps does not grow with the time."""

    def __init__(self, minutes: float, paths: DataPaths, seed: int) -> None:
        self._minutes, self._paths, self._seed = minutes, paths, seed
        self._frames, self._work = FrameTimes(1 / 60), FrameTimes(1 / 60)
        self._viewer, self._trainer, self._segments = ProcessMonitor(), ProcessMonitor(), SegmentMonitor()
        self._heard: Counter[str] = Counter()
        self._screens: Counter[str] = Counter()
        self._begun_at = self._sample_at = 0.0
        self._last_warning: str | None = None

    def run(self) -> dict[str, Any]:
        """Open, soak, close; raises DisplayError where no window can be opened."""
        from tetris_arcade.app import App
        from tetris_arcade.soak.script import SoakScript

        titles: list[ScriptedTitle] = []

        def open_title(context: Context) -> ScriptedTitle:
            titles.append(_listening_title(self, context))
            return titles[0]

        settings = Settings()
        settings = replace(settings, kiosk=replace(settings.kiosk, idle_seconds=_IDLE_SECONDS))
        app = App(self._paths, settings, open_title)
        with LogFile(self._paths.logs):
            self._begun_at = time.perf_counter()
            tour = SoakScript(app, titles[0], self._seed, lambda: self._share < _WARM_UP, self._compare)
            try:
                driver = self._drive(app, tour.steps())
                minutes = self._seconds / 60.0
                timesteps = int(app.context.trainer.frame["counters"]["timesteps"])
            finally:
                app.close()
        return {
            "minutes": round(minutes, 2),
            "video_driver": driver,
            "rounds": tour.rounds,
            "timesteps": timesteps,
            **self._report(),
        }

    def on_report(self, source: str, report: Report) -> None:
        """Count what a worker reported."""
        match report:
            case Saved(kind, _):
                self._heard["saves"] += 1
                self._heard["slot_saves"] += kind == "slot"
            case SaveFailed(reason) | Warned(reason) | Failed(reason):
                self._heard[_COUNTED[type(report).__name__]] += 1
                self._last_warning = f"{source}: {reason}"
            case Started():
                self._heard[f"{source}_starts"] += 1

    # --- Driving ---

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._begun_at

    @property
    def _share(self) -> float:
        return self._seconds / (60.0 * self._minutes)

    def _drive(self, app: App, steps: Iterator[Step]) -> str:
        """Frame by frame, a step a frame or a rest, until it is asked to end; the video driver."""
        import pygame

        from tetris_arcade.ui.clock import FrameClock

        clock, rest_until = FrameClock(), 0.0
        while self._share < 1.0:
            begun = time.perf_counter()
            if begun >= rest_until:
                rest_until = begun + _take(next(steps))
            events = pygame.event.get()  # the step's own key among them: the next step sees what it did
            if any(event.type == pygame.QUIT for event in events):
                break
            worked = time.thread_time()
            app.frame(events, begun, 1 / 60)
            self._frames.add(begun, time.perf_counter() - begun)
            self._work.add(begun, time.thread_time() - worked)
            app.display.present()
            self._look(app)
            clock.wait()
        return str(pygame.display.get_driver())

    def _look(self, app: App) -> None:
        self._screens[app.top.title] += 1
        if self._seconds < self._sample_at:
            return
        self._sample_at = self._seconds + _SAMPLE_SECONDS
        minutes, share = self._seconds / 60.0, self._share
        self._viewer.read(os.getpid(), minutes, share, compares=False)
        client = app.context.trainer
        self._trainer.read(client.pid, minutes, share, compares=_has_full_buffer(client))
        self._segments.read(share)

    def _compare(self) -> None:
        """Between two screens, when all is as it was the last time: what is more now has grown."""
        self._viewer.read(os.getpid(), self._seconds / 60.0, self._share)

    # --- Reporting ---

    def _report(self) -> dict[str, Any]:
        frames = self._frames
        return {
            **self._viewer.report("viewer"),
            **self._trainer.report("trainer"),
            **self._segments.report(),
            "frames": frames.count,
            "frame_p50_ms": round(frames.percentile_ms(50), 2),
            "frame_p99_ms": round(frames.percentile_ms(99), 2),
            "frame_max_ms": round(frames.max_ms, 2),
            # What the frames took of the processor: on a busy machine the clock tells of the others too.
            "frame_work_p50_ms": round(self._work.percentile_ms(50), 2),
            "frame_work_p99_ms": round(self._work.percentile_ms(99), 2),
            "frame_work_max_ms": round(self._work.max_ms, 2),
            "dropped_frames": frames.dropped,
            **{name: self._heard[name] for name in _NAMES},
            "last_warning": self._last_warning,
            "screen_frames": dict(self._screens),
        }


def _has_full_buffer(client: WorkerClient) -> bool:
    """Whether a training's replay buffer takes no more memory."""
    task = client.task
    if not isinstance(task, TrainTask):
        return False
    return int(client.frame["counters"]["timesteps"]) >= _SPARE_TIMESTEPS * task.config.buffer_size


_COUNTED = {"SaveFailed": "failed_saves", "Warned": "warnings", "Failed": "restarts"}
_NAMES = ("saves", "slot_saves", "failed_saves", "warnings", "restarts", "trainer_starts", "player_starts")


def _listening_title(soak: Soak, context: Context) -> ScriptedTitle:
    """The title at the bottom of the stack: it hears everything that any worker reports."""
    from tetris_arcade.soak.script import ScriptedTitle

    class ListeningTitle(ScriptedTitle):
        def on_report(self, source: str, report: Report) -> None:
            super().on_report(source, report)
            soak.on_report(source, report)

    return ListeningTitle(context)


def _take(step: Step) -> float:
    """Do a step; seconds to rest after it."""
    import pygame

    if isinstance(step, float):
        return step
    if isinstance(step, tuple):
        surface = pygame.display.set_mode(step, pygame.RESIZABLE)
        width, height = surface.get_size()
        pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, size=(width, height), w=width, h=height))
        return 0.0
    text = step if len(step) == 1 else ""
    key = pygame.key.key_code(step)
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        pygame.event.post(pygame.event.Event(kind, key=key, unicode=text, mod=0))
    return 0.0
