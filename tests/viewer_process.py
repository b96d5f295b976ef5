"""A whole viewer in a process of its own, hidden, driven by lines on standard input: what may befall the
program as a whole can only be tried on one that may be killed.

Run as `python -m tests.viewer_process ROOT`. Each line is a JSON list of steps: a key by pygame's name, seconds of
frames, or {"verb": argument}; the answer is one line of JSON that says what is so then.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pygame

from tests.hidden_app import open_hidden, play_plan
from tetris_arcade.app import App
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.worker.shared.messages import TrainTask

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 120.0
SIZE = (1280, 720)


class Viewer:
    """The viewer's process as a test sees it; killed when the block is left, if it still lives."""

    def __init__(self, root: Path, *prefix: str) -> None:
        command = [*prefix, sys.executable, "-m", "tests.viewer_process", str(root)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self) -> Viewer:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def play(self, *steps: Any) -> dict[str, Any]:
        """Have steps played, and hear what is so then."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(steps) + "\n")
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def until(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Let frames go by until what is told is as wanted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so(told := self.play(0.1)):
            assert time.monotonic() < deadline, told
        return told


def main(root: Path) -> None:
    app = open_hidden(root, SIZE, TitleScene)
    for line in sys.stdin:
        for step in json.loads(line):
            if isinstance(step, dict):
                for verb, argument in step.items():
                    _VERBS[verb](app, root, argument)
            else:
                play_plan(app, [step])
        print(json.dumps(_told(app)), flush=True)
    app.close()


def _told(app: App) -> dict[str, Any]:
    context, counters = app.context, app.context.trainer.frame["counters"]
    return {
        "pid": os.getpid(),
        "is_read_only": context.another_program_writes,
        "screen": app.top.title,
        "toasts": app.overlays.messages,
        "trainer_pid": context.trainer.pid,
        "trainer": context.trainer.state.name,
        "player": context.player.state.name,
        "timesteps": int(counters["timesteps"]),
        "unsaved_since": float(counters["unsaved_since"]),
        "saved_at": float(counters["saved_at"]),
        "lines": _state_lines(app),
    }


def _state_lines(app: App) -> list[str]:
    say: Callable[[], list[str]] = getattr(app.top, "_state_lines", list)
    return say()


def _train(app: App, root: Path, checkpoint_seconds: float) -> None:
    """A training that saves so often, and the screen that shows it."""
    app.context.trainer.start(TrainTask(replace(TrainConfig(), checkpoint_seconds=checkpoint_seconds)))
    play_plan(app, ["return", 0.2])


def _fill(app: App, root: Path, spare_bytes: int) -> None:
    """Write until the disk takes no more, then leave so many bytes."""
    with open(root / "film", "ab", buffering=0) as film:
        try:
            while True:
                film.write(bytes(1 << 20))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        film.truncate(max(0, film.tell() - spare_bytes))


def _free(app: App, root: Path, argument: object) -> None:
    (root / "film").unlink()


def _picture(app: App, root: Path, file: str) -> None:
    pygame.image.save(app.display.surface, file)


_VERBS = {"train": _train, "fill": _fill, "free": _free, "picture": _picture}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
