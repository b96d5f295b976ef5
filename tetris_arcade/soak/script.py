"""The key presses of a soak: visits every screen again and again, depending on what is shown."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.slots import delete_slot
from tetris_arcade.worker.shared.messages import WorkerState

if TYPE_CHECKING:
    from tetris_arcade.app import App

Step = str | float | tuple[int, int]
"""A key by pygame's name, seconds to wait, or a window size to set."""

SIZES = ((1280, 720), (800, 480), (1920, 1080), (1080, 1920), (1366, 768))
_KEY_SECONDS = 0.08
_REST_SECONDS = 11.0
"""Longer than unused pictures are cached, and than their memory takes to be returned to the system."""
_MAX_WAIT_SECONDS = 200.0
_MAX_TRIES = 100
_NUM_SLOTS = 6
_NUM_SETTINGS = 20
_QUESTION = "Question"
_SETUP = "Train"


class NavigationError(Exception):
    """A screen does not react to keys as expected."""


class ScriptedTitle(TitleScene):
    """The title screen, with access to the selected menu entry."""

    @property
    def chosen(self) -> str:
        """The key of the selected entry."""
        return self.menu.current.key


class SoakScript:
    """Endless steps, chosen by a seed and by what is on the screen.

    may_stop_training: whether a training may be stopped and restarted now; otherwise one runs all the time.
    on_rest: called between two screens, always in the same state: at the title, in the first window size,
    with nothing but the training running.
    """

    def __init__(
        self,
        app: App,
        title: ScriptedTitle,
        seed: int,
        may_stop_training: Callable[[], bool],
        on_rest: Callable[[], None],
    ) -> None:
        self._app, self._title = app, title
        self._context: Context = app.context
        self._random = random.Random(seed)
        self._may_stop_training = may_stop_training
        self._on_rest = on_rest
        self._num_saved = 0
        self.rounds = 0

    def steps(self) -> Iterator[Step]:
        visits = [self._training, self._demo, self._duel, self._models, self._replay]
        visits += [self._settings, self._attract]
        while True:
            yield from self._training()
            for visit in self._random.sample(visits, len(visits)):
                yield self._random.choice(SIZES)
                yield from visit()
                yield from self._return_to_rest()
            if self._may_stop_training():
                yield from self._stop_training()
            self.rounds += 1

    # --- Navigation ---

    def _go_home(self) -> Iterator[Step]:
        for _ in range(_MAX_TRIES):
            if self._app.top is self._title:
                return
            yield "escape"
            yield 3 * _KEY_SECONDS
        raise NavigationError(f"cannot leave the screen {self._app.top.title}")

    def _go(self, chosen: str) -> Iterator[Step]:
        """Choose an entry of the title, and answer the question about a running training."""
        yield from self._go_home()
        for _ in range(_MAX_TRIES):
            if self._title.chosen == chosen:
                break
            yield "down"
        else:
            raise NavigationError(f"the title does not reach {chosen}")
        yield "return"
        yield 3 * _KEY_SECONDS
        if self._app.top.title == _QUESTION:  # Pause it, stop it, keep it running.
            yield from ["down"] * self._random.choice((0, 1, 2) if self._may_stop_training() else (0, 2))
            yield "return"
            yield 3 * _KEY_SECONDS

    def _return_to_rest(self) -> Iterator[Step]:
        yield SIZES[0]
        yield from self._go_home()
        yield from self._until(lambda: not self._context.player.is_busy)
        yield _REST_SECONDS
        self._on_rest()

    def _press(self, *keys: str) -> Iterator[Step]:
        for key in keys:
            yield key
            yield _KEY_SECONDS

    def _press_random(self, keys: Sequence[str], number: int) -> Iterator[Step]:
        """Press `number` of these keys, chosen at random."""
        yield from self._press(*self._random.choices(keys, k=number))

    def _until(self, condition: Callable[[], bool]) -> Iterator[Step]:
        """Wait for a process. If it never comes, the statistics show it."""
        for _ in range(int(_MAX_WAIT_SECONDS / _KEY_SECONDS)):
            if condition():
                return
            yield _KEY_SECONDS

    # --- The screens ---

    def _training(self) -> Iterator[Step]:
        trainer = self._context.trainer
        yield from self._go("train")
        if self._app.top.title == _SETUP:
            yield from self._press_random(("down", "up", "f1"), 4)
            yield from self._go_home()
            yield from self._go("train")
            if self._random.random() < 0.3:
                yield "down"  # A new training, if a saved run comes first.
            yield "return"
        yield from self._until(lambda: trainer.state in (WorkerState.RUNNING, WorkerState.PAUSED))
        yield 2.0
        yield from self._press("v", *["g"] * 3)
        yield 3.0
        yield from self._press("v", "h", "p", ".", ".", "p", *["-"] * 4)
        yield 2.0
        yield from self._press(*["+"] * 11, "f1", "escape")
        yield from self._save_slot()
        yield self._random.choice(SIZES)
        yield from self._press_random(("p", "v", "h", "g", "-", "+", ".", "left", "up", "m", "f11"), 30)
        yield from self._leave_at_full_speed()
        if self._random.random() < 0.5:
            yield "v"
        yield 2.0

    def _save_slot(self) -> Iterator[Step]:
        yield "s"
        yield 2 * _KEY_SECONDS
        if self._app.top.title == "Name":
            yield from ["backspace"] * 24
            yield from self._free_slot()
            yield "return"
        yield 5 * _KEY_SECONDS

    def _free_slot(self) -> str:
        """The next of a few names, so that days of saves do not fill the disk."""
        name = f"soak{self._num_saved % _NUM_SLOTS}"
        self._num_saved += 1
        if (self._context.paths.slots / name).is_dir():
            delete_slot(self._context.paths, name)
        return name

    def _leave_at_full_speed(self) -> Iterator[Step]:
        yield from self._press(*["+"] * 11)
        if self._context.trainer.is_paused:
            yield "p"
        if self._app.display.is_full_screen:
            yield "f11"
        yield _KEY_SECONDS

    def _stop_training(self) -> Iterator[Step]:
        yield from self._go("train")
        yield "x"
        yield from self._until(lambda: not self._context.trainer.is_busy)
        yield from self._go_home()

    def _demo(self) -> Iterator[Step]:
        yield from self._go("demo")
        yield from self._until(lambda: self._context.player.state is WorkerState.RUNNING)
        yield 2.0
        yield from self._press_random(
            ("p", ".", "+", "-", "h", "l", "left", "right", "up", "down", "v", "return"), 30
        )
        yield from self._press(*["+"] * 11)
        yield 3.0
        yield "s"  # A game to replay.
        yield 1.0
        yield from self._go_home()

    def _replay(self) -> Iterator[Step]:
        yield from self._go("replays")
        yield from self._press("right", "left", "return")
        yield 3 * _KEY_SECONDS
        if self._app.top.title == _QUESTION:
            yield from self._press("down", "down", "return")
        yield from self._until(lambda: self._context.player.state is not WorkerState.STARTING)
        yield 1.0
        yield from self._press_random(("p", ".", "+", "-", "left", "right", "up", "down"), 20)
        yield from self._go_home()

    def _duel(self) -> Iterator[Step]:
        yield from self._go("duel")
        yield from self._press("down", "right", "down", "left", "up", "up", "return")
        yield from self._until(lambda: self._context.player.state is WorkerState.RUNNING)
        yield 2.0
        yield from self._press_random(("p", ".", "+", "-", "left", "down", "return"), 15)
        yield from self._press(*["+"] * 11)
        yield 3.0
        yield from self._go_home()

    def _models(self) -> Iterator[Step]:
        yield from self._go("models")
        yield from self._press_random(("down", "up", "left", "right", "f1"), 20)
        if self._app.top.title == "Help":
            yield "escape"
        yield from self._press(*["down"] * self._random.randrange(4), "return")
        if self._app.top.title == _QUESTION:  # Demo, evaluate, ...
            yield from self._press("down", "return")
            yield 6.0
            yield "x"
        yield from self._go_home()

    def _settings(self) -> Iterator[Step]:
        yield from self._go("settings")
        for _ in range(_NUM_SETTINGS):
            yield from self._press("down", "right", "left")
        yield from self._go_home()

    def _attract(self) -> Iterator[Step]:
        yield from self._go_home()
        yield self._context.settings.kiosk.idle_seconds + 1.0
        yield 4.0
        yield from self._go_home()
