"""A whole viewer, hidden, in its own process, which a test may kill. It is controlled by standard input.

Run as `python -m tests.viewer_process ROOT`. Each line is a JSON list of steps: a key by pygame's name,
seconds of frames, or {"verb": argument}. The answer is one line of JSON: the viewer's state.
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
import pytest

from tests.hidden_app import open_hidden, play_plan
from tests.recording_canvas import RecordingCanvas, watch
from tetris_arcade.app import App
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.worker.shared.messages import TrainTask

ROOT = Path(__file__).parent.parent
TIMEOUT_SECONDS = 120.0
SIZE = (1280, 720)
_FILLER = "filler"

State = dict[str, Any]


class Viewer:
    """The viewer's process, as a test sees it; it is killed at the end of the block if it still runs."""

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

    def play(self, *steps: Any) -> State:
        """Play steps and return the state after them."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(steps) + "\n")
        state: State = json.loads(self.process.stdout.readline())
        return state

    def until(self, condition: Callable[[State], bool]) -> State:
        """Run frames until the state meets the condition; return it."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition(state := self.play(0.1)):
            assert time.monotonic() < deadline, state
        return state


def main(root: Path) -> None:
    canvases = watch(pytest.MonkeyPatch())
    app = open_hidden(root, SIZE, TitleScene)
    for line in sys.stdin:
        for step in json.loads(line):
            if isinstance(step, dict):
                for verb, argument in step.items():
                    _VERBS[verb](app, root, argument)
            else:
                play_plan(app, [step])
            del canvases[:-1]
        print(json.dumps(_state(app, canvases[-1])), flush=True)
    app.close()


def _state(app: App, canvas: RecordingCanvas) -> State:
    context, counters = app.context, app.context.trainer.frame["counters"]
    return {
        "pid": os.getpid(),
        "is_read_only": context.another_program_writes,
        "screen": app.top.title,
        "texts": canvas.written,
        "toasts": app.overlays.messages,
        "trainer_pid": context.trainer.pid,
        "trainer": context.trainer.state.name,
        "player": context.player.state.name,
        "timesteps": int(counters["timesteps"]),
        "unsaved_since": float(counters["unsaved_since"]),
        "saved_at": float(counters["saved_at"]),
    }


def _train(app: App, root: Path, checkpoint_seconds: float) -> None:
    """Start a training that saves at this interval, and open its screen."""
    app.context.trainer.start(TrainTask(replace(TrainConfig(), checkpoint_seconds=checkpoint_seconds)))
    play_plan(app, ["return", 0.2])


def _fill(app: App, root: Path, spare_bytes: int) -> None:
    """Fill the disk except for `spare_bytes`."""
    with open(root / _FILLER, "ab", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(1 << 20))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        filler.truncate(max(0, filler.tell() - spare_bytes))


def _free(app: App, root: Path, argument: object) -> None:
    (root / _FILLER).unlink()


def _picture(app: App, root: Path, file: str) -> None:
    pygame.image.save(app.display.surface, file)


_VERBS = {"train": _train, "fill": _fill, "free": _free, "picture": _picture}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
