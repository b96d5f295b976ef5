"""`soak`: the whole program driven hard for a while, and what of it grows."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tetris_arcade.app import App

_SAMPLE_SECONDS = 2.0
_WARM_UP_SHARE = 1 / 3
_BIN_MS, _BINS = 0.05, 4_000
_LATE_FRAMES = 1.5
_SCRIPT = "from tetris_arcade.bench.soak import soak_inside; soak_inside({minutes}, {root!r})"
_SIZES = ((1280, 720), (800, 480), (1080, 1920), (1920, 1080), (640, 360))
_DIALOG_BOTH = ("down", "down", "return")
_KEY_SECONDS = 0.08
_MOST_KEYS = 12

Step = tuple[tuple[str, ...], float]
"""Keys that are pressed one after the other, and the seconds until the next step."""


@dataclass(frozen=True)
class Visit:
    """An entry of the title's menu, and what is done behind it."""

    entry: str
    steps: tuple[Step, ...]


_VISITS = (
    Visit(
        "train",
        (
            (("return",), 8.0),  # on the set-up: begin, or go on with the run
            (("h", "g", "g", "v"), 5.0),
            (("v", "p", ".", ".", "p", "-", "-", "-", "+", "+", "+"), 3.0),
            (("s", "return"), 2.0),  # to a slot
            (("f1",), 0.5),
        ),
    ),
    Visit(
        "demo",
        (
            (_DIALOG_BOTH, 5.0),  # beside the training
            (("+", "+", "right", "down", "h", "s", "+", "+", "+", "+", "+"), 5.0),
        ),
    ),
    Visit("models", ((("down", "down", "left", "right", "return"), 2.0),)),
    Visit("duel", ((_DIALOG_BOTH, 1.0), (("return", "+", "+", "+", "+", "left"), 6.0))),
    Visit("replays", ((("return",), 1.0), (_DIALOG_BOTH, 4.0), (("right", "right", "up", "p"), 1.0))),
    Visit("settings", ((("down", "right", "left", "down", "right", "left"), 1.0),)),
)
"""What a tireless visitor does, over and over, while a training runs all the time."""


def soak(minutes: float, root: Path | None) -> dict[str, Any]:
    """Drive a window with a training for so long, in a process of its own; returns the figures."""
    with tempfile.TemporaryDirectory() as folder:
        script = _SCRIPT.format(minutes=minutes, root=str(root or folder))
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def soak_inside(minutes: float, root: str) -> None:
    """The inside: print one JSON object when the time is over."""
    if not os.environ.get("DISPLAY") and os.name == "posix":
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    from tetris_arcade.app import App
    from tetris_arcade.paths import DataPaths, shipped_slots
    from tetris_arcade.scenes.title import TitleScene
    from tetris_arcade.settings import Settings

    app = App(DataPaths(Path(root), shipped_slots()), Settings(), TitleScene)
    driver = Driver(app, Watch(minutes * 60.0))
    try:
        driver.run(minutes * 60.0)
    finally:
        app.close()
    print(json.dumps(driver.watch.figures()))


@dataclass
class Watch:
    """Samples of both processes, and a histogram of frames that does not grow."""

    seconds: float
    _viewer: list[tuple[float, float]] = field(default_factory=list)
    _workers: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    _counts: list[tuple[int, int, int]] = field(default_factory=list)
    _histogram: Any = field(default_factory=lambda: np.zeros(_BINS, np.int64))
    _longest_ms: float = 0.0
    frames: int = 0
    late_frames: int = 0
    reports: dict[str, int] = field(default_factory=dict)

    def frame(self, work_seconds: float, is_late: bool) -> None:
        milliseconds = work_seconds * 1000
        self._histogram[min(int(milliseconds / _BIN_MS), _BINS - 1)] += 1
        self._longest_ms = max(self._longest_ms, milliseconds)
        self.frames += 1
        self.late_frames += is_late

    def sample(self, now: float, worker_pid: int | None) -> None:
        import psutil

        viewer = psutil.Process()
        self._viewer.append((now, viewer.memory_info().rss / 1024))
        descriptors = viewer.num_fds() if hasattr(viewer, "num_fds") else 0
        self._counts.append((descriptors, viewer.num_threads(), _own_segments()))
        if worker_pid is None:
            return
        try:
            rss = psutil.Process(worker_pid).memory_info().rss / 1024
        except psutil.Error:
            return
        self._workers.setdefault(worker_pid, []).append((now, rss))

    def figures(self) -> dict[str, Any]:
        counts = np.array(self._counts)
        first, last = len(counts) // 3, len(counts)
        growth = np.median(counts[last - max(1, last // 6) :], axis=0) - np.median(
            counts[first : first + max(1, last // 6)], axis=0
        )
        longest = max(self._workers.values(), key=len, default=[])
        return {
            "minutes": round(self.seconds / 60, 2),
            "viewer_memory_mb": round(self._viewer[-1][1] / 1024, 1),
            "viewer_slope_kb_per_minute": _slope(self._viewer),
            "worker_memory_mb": round(longest[-1][1] / 1024, 1) if longest else None,
            "worker_slope_kb_per_minute": _slope(longest),
            "descriptors_grown": float(growth[0]),
            "threads_grown": float(growth[1]),
            "segments_grown": float(growth[2]),
            "frames": self.frames,
            "late_frames": self.late_frames,
            "frame_p50_ms": self._percentile(50),
            "frame_p99_ms": self._percentile(99),
            "frame_max_ms": round(self._longest_ms, 2),
            **self.reports,
        }

    def _percentile(self, share: float) -> float:
        reached = np.searchsorted(np.cumsum(self._histogram), share / 100 * max(1, self.frames))
        return round(float(reached + 1) * _BIN_MS, 2)


def _slope(samples: list[tuple[float, float]]) -> float | None:
    """kB a minute by least squares, after the first third; None of too few samples."""
    points = np.array(samples[int(len(samples) * _WARM_UP_SHARE) :])
    if len(points) < 10:
        return None
    return round(float(np.polyfit(points[:, 0] / 60, points[:, 1], 1)[0]), 1)


def _own_segments() -> int:
    folder = Path("/dev/shm")
    return sum(1 for _ in folder.glob("tarcade_*")) if folder.is_dir() else 0


class Driver:
    """Presses the script's keys in a real window, and looks on."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app, self.watch = app, watch
        self._count_reports()

    def run(self, seconds: float) -> None:
        """Visit after visit; each round the training is stopped once, and the window gets another size."""
        self._next_sample = time.perf_counter()
        self._until = self._next_sample + seconds
        for turn in itertools.count():
            for visit in _VISITS:
                self._visit(visit)
                if self._is_over:
                    return
            self._resize(_SIZES[turn % len(_SIZES)])
            self._forget_slots()
            if turn % 2:
                self._go_to("train")
                self._press(("return", "x"), 3.0)

    @property
    def _is_over(self) -> bool:
        return time.perf_counter() > self._until

    def _visit(self, visit: Visit) -> None:
        self._go_to(visit.entry)
        self._press(("return",), 1.0)
        for keys, seconds in visit.steps:
            if self._is_over:
                return
            self._press(keys, seconds)

    def _go_to(self, entry: str) -> None:
        """Back to the title, and to an entry of its menu; gives up where the way is barred."""
        from tetris_arcade.scenes.title import TitleScene

        for _ in range(_MOST_KEYS):
            if isinstance(self._app.top, TitleScene):
                break
            self._press(("escape",), 0.3)
        for _ in range(_MOST_KEYS):
            top = self._app.top
            if isinstance(top, TitleScene) and top.chosen_key == entry:
                break
            self._press(("down",), 0.0)

    def _press(self, keys: tuple[str, ...], seconds: float) -> None:
        for key in keys:
            self._frames(_KEY_SECONDS, key)
        self._frames(seconds)

    def _frames(self, seconds: float, key: str | None = None) -> None:
        import pygame

        from tetris_arcade.ui.clock import FRAMES_PER_SECOND, FrameClock

        events = []
        if key is not None:
            text = key if len(key) == 1 else ""
            code = pygame.key.key_code(key)
            events = [pygame.event.Event(pygame.KEYDOWN, key=code, unicode=text, mod=0)]
        clock, before = FrameClock(), time.perf_counter()
        until = before + seconds
        while before < until:
            self._app.frame([*pygame.event.get(), *events], before, 1 / FRAMES_PER_SECOND)
            events = []
            worked = time.perf_counter() - before
            self._app.display.present()
            clock.wait()
            now = time.perf_counter()
            self.watch.frame(worked, now - before > _LATE_FRAMES / FRAMES_PER_SECOND)
            before = now
            if now >= self._next_sample:
                self._next_sample = now + _SAMPLE_SECONDS
                self.watch.sample(now, self._app.context.trainer.pid)

    def _resize(self, size: tuple[int, int]) -> None:
        import pygame

        pygame.display.set_mode(size, pygame.RESIZABLE)
        pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, size=size, w=size[0], h=size[1]))

    def _forget_slots(self) -> None:
        """A soak of hours must not fill the disk."""
        from tetris_arcade.storage.slots import delete_slot, list_models

        paths = self._app.context.paths
        for entry in list_models(paths):
            if entry.kind == "slot":
                delete_slot(paths, entry.name)

    def _count_reports(self) -> None:
        """Count what the trainer reports, by kind, as the scenes hear it."""
        trainer = self._app.context.trainer
        counts = self.watch.reports
        counts.update(saves=0, failed_saves=0, faults=0, warnings=0)
        names = {"Saved": "saves", "SaveFailed": "failed_saves", "Failed": "faults", "Warned": "warnings"}
        poll: Callable[..., Any] = trainer.poll

        def counted(now: float | None = None) -> Any:
            reports = poll(now)
            for report in reports:
                name = names.get(type(report).__name__)
                if name is not None:
                    counts[name] += 1
            return reports

        trainer.poll = counted  # type: ignore[method-assign]
