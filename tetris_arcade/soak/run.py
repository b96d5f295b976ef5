"""Opens the window, lets the script drive it for some minutes, and reports what was done and what grew."""

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
    from tetris_arcade.scenes.context import Context, TrainingClient
    from tetris_arcade.soak.script import ScriptedTitle, Step
    from tetris_arcade.worker.shared.messages import Report

_SAMPLE_SECONDS = 3.0
_IDLE_SECONDS = 15.0
_WARM_UP = 1 / 6
"""Share of the duration in which trainings may be stopped and restarted. The last one then has the same time
again to warm up before its growth is measured."""
_BUFFER_FILL_FACTOR = 1.1
"""Timesteps until the replay buffer is full, per transition that it holds: placements on a board that is
already lost are not stored."""


def run_soak(minutes: float, root: Path | None = None, seed: int = 0) -> dict[str, Any]:
    """Run a soak of this many minutes, in a temporary data folder unless `root` is given."""
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
    """One soak, from opening the window to its report, in memory that does not grow with its duration."""

    def __init__(self, minutes: float, paths: DataPaths, seed: int) -> None:
        self._minutes, self._paths, self._seed = minutes, paths, seed
        self._frames, self._work = FrameTimes(1 / 60), FrameTimes(1 / 60)
        self._viewer, self._trainer, self._segments = ProcessMonitor(), ProcessMonitor(), SegmentMonitor()
        self._counts: Counter[str] = Counter()
        self._screen_frames: Counter[str] = Counter()
        self._started_at = self._next_sample_at = 0.0
        self._last_warning: str | None = None

    def run(self) -> dict[str, Any]:
        """Open the window, run the script, close; raises DisplayError if no window can be opened."""
        from tetris_arcade.app import App
        from tetris_arcade.soak.script import SoakScript

        titles: list[ScriptedTitle] = []

        def open_title(context: Context) -> ScriptedTitle:
            titles.append(_reporting_title(self, context))
            return titles[0]

        settings = Settings()
        settings = replace(settings, kiosk=replace(settings.kiosk, idle_seconds=_IDLE_SECONDS))
        app = App(self._paths, settings, open_title)
        with LogFile(self._paths.logs):
            self._started_at = time.perf_counter()
            script = SoakScript(
                app, titles[0], self._seed, lambda: self._share < _WARM_UP, self._sample_viewer
            )
            try:
                driver = self._drive(app, script.steps())
                minutes = self._seconds / 60.0
                timesteps = int(app.context.trainer.frame["counters"]["timesteps"])
            finally:
                app.close()
        return {
            "minutes": round(minutes, 2),
            "video_driver": driver,
            "rounds": script.rounds,
            "timesteps": timesteps,
            **self._report(),
        }

    def on_report(self, source: str, report: Report) -> None:
        """Count a worker's report."""
        match report:
            case Saved(kind, _):
                self._counts["saves"] += 1
                self._counts["slot_saves"] += kind == "slot"
            case SaveFailed(reason) | Warned(reason) | Failed(reason):
                self._counts[_PROBLEM_NAMES[type(report).__name__]] += 1
                self._last_warning = f"{source}: {reason}"
            case Started():
                self._counts[f"{source}_starts"] += 1

    # --- Driving ---

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._started_at

    @property
    def _share(self) -> float:
        return self._seconds / (60.0 * self._minutes)

    def _drive(self, app: App, steps: Iterator[Step]) -> str:
        """Run frames, with at most one step each, until the time is over or the window is closed.

        Returns the name of the video driver.
        """
        import pygame

        from tetris_arcade.ui.clock import FrameClock

        clock, wait_until = FrameClock(), 0.0
        while self._share < 1.0:
            started = time.perf_counter()
            if started >= wait_until:
                wait_until = started + _do(next(steps))
            events = pygame.event.get()  # Includes the step's own key.
            if any(event.type == pygame.QUIT for event in events):
                break
            work_started = time.thread_time()
            app.frame(events, started, 1 / 60)
            self._frames.add(started, time.perf_counter() - started)
            self._work.add(started, time.thread_time() - work_started)
            app.display.present()
            self._sample(app)
            clock.wait()
        return str(pygame.display.get_driver())

    def _sample(self, app: App) -> None:
        self._screen_frames[app.top.title] += 1
        if self._seconds < self._next_sample_at:
            return
        self._next_sample_at = self._seconds + _SAMPLE_SECONDS
        minutes, share = self._seconds / 60.0, self._share
        self._viewer.sample(os.getpid(), minutes, share, is_comparable=False)
        client = app.context.trainer
        self._trainer.sample(client.pid, minutes, share, is_comparable=_has_full_buffer(client))
        self._segments.sample(share)

    def _sample_viewer(self) -> None:
        """Take a comparable sample: the script calls this between two screens, always in the same state."""
        self._viewer.sample(os.getpid(), self._seconds / 60.0, self._share)

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
            # CPU time of the frames: on a busy machine the wall clock includes other programs.
            "frame_work_p50_ms": round(self._work.percentile_ms(50), 2),
            "frame_work_p99_ms": round(self._work.percentile_ms(99), 2),
            "frame_work_max_ms": round(self._work.max_ms, 2),
            "dropped_frames": frames.dropped,
            **{name: self._counts[name] for name in _REPORTED_COUNTS},
            "last_warning": self._last_warning,
            "screen_frames": dict(self._screen_frames),
        }


def _has_full_buffer(client: TrainingClient) -> bool:
    """Whether a training's replay buffer has reached its final size."""
    task = client.task
    if not isinstance(task, TrainTask):
        return False
    return int(client.frame["counters"]["timesteps"]) >= _BUFFER_FILL_FACTOR * task.config.buffer_size


_PROBLEM_NAMES = {"SaveFailed": "failed_saves", "Warned": "warnings", "Failed": "restarts"}
_REPORTED_COUNTS = (
    "saves",
    "slot_saves",
    "failed_saves",
    "warnings",
    "restarts",
    "trainer_starts",
    "player_starts",
)


def _reporting_title(soak: Soak, context: Context) -> ScriptedTitle:
    """The title at the bottom of the scene stack, which receives the reports of all workers."""
    from tetris_arcade.soak.script import ScriptedTitle

    class ReportingTitle(ScriptedTitle):
        def on_report(self, source: str, report: Report) -> None:
            super().on_report(source, report)
            soak.on_report(source, report)

    return ReportingTitle(context)


def _do(step: Step) -> float:
    """Do a step; return the seconds to wait after it."""
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
