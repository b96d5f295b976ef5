"""Drives the program without a display as a person would: presses keys, waits, and reads the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pygame
import pytest
from pygame import Rect
from pygame.event import Event

from tests.fakes import FakeWorkerClient
from tests.hidden_app import Plan, key_events, open_hidden
from tests.recording_canvas import RecordingCanvas, watch
from tetris_arcade.app import App
from tetris_arcade.config.settings import Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.widgets.footer import Footer, FooterItem

_MAX_ENTRIES = 100


class Pilot:
    """One open program. The clock is made up: it starts at 0 and advances by `frame_seconds` per frame.

    The screen is read as it was drawn in the last frame. Names of keys are pygame's: "down", "return", "f1".
    """

    def __init__(self, app: App, canvases: list[RecordingCanvas], frame_seconds: float = 1 / 30) -> None:
        self.app = app
        self.now = 0.0
        self._canvases = canvases
        self._frame_seconds = frame_seconds
        self._is_closed = False
        self.send()

    def close(self) -> None:
        """Close the program; it may be closed already."""
        if not self._is_closed:
            self._is_closed = True
            self.app.close()

    # --- Input ---

    def press(self, *keys: str) -> None:
        """Press keys in turn, with a frame after each."""
        for key in keys:
            self.send(*key_events(key))

    def press_pad(self, *buttons: int) -> None:
        """Press and release buttons of a gamepad, by SDL's numbers."""
        for button in buttons:
            self.send(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=3, button=button))
            self.send(Event(pygame.CONTROLLERBUTTONUP, instance_id=3, button=button))

    def click(self, text: str) -> None:
        """Click the middle of a text."""
        self.send(Event(pygame.MOUSEBUTTONDOWN, button=1, pos=self.find(text).center))

    def tap(self, text: str) -> None:
        """Touch the middle of a text with a finger."""
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            self.send(Event(kind, button=1, pos=self.find(text).center, touch=True))

    def go_to(self, label: str) -> None:
        """Move down a menu or a table to the entry with that text."""
        for _ in range(_MAX_ENTRIES):
            if label.lower() in map(str.lower, self.chosen_texts()):
                return
            self.press("down")
        raise AssertionError(f"no entry {label!r}; on the screen: {self.texts()}")

    def choose(self, label: str) -> None:
        """Move down a menu or a table to the entry with that text, and confirm it."""
        self.go_to(label)
        self.press("return")

    def advance(self, seconds: float) -> None:
        """Let frames pass."""
        end = self.now + seconds
        while self.now < end:
            self.send()

    def play(self, plan: Plan) -> None:
        """Press keys and let seconds pass, in turn."""
        for step in plan:
            if isinstance(step, str):
                self.press(step)
            else:
                self.advance(step)

    def send(self, *events: Event) -> None:
        """Process events in one frame."""
        self.now += self._frame_seconds
        self.app.frame(list(events), self.now, self._frame_seconds)
        del self._canvases[:-1]

    # --- Screen ---

    @property
    def title(self) -> str:
        """The title of the top scene."""
        return self.app.top.title

    @property
    def canvas(self) -> RecordingCanvas:
        """The canvas of the last frame."""
        return self._canvases[-1]

    def texts(self) -> list[str]:
        """The lines of text on the screen, in the order in which they were drawn."""
        return [text for text, _ in self.canvas.places]

    def chosen_texts(self) -> list[str]:
        """The lines of text in the chosen entry."""
        canvas = self.canvas
        return [text for text, place in canvas.places if any(map(place.colliderect, canvas.focused))]

    def sees(self, text: str) -> bool:
        """Return whether a text is on the screen, upper and lower case alike."""
        return bool(_matches(text, self.texts()))

    def cut_texts(self) -> list[str]:
        """The lines that were shortened, and the paragraphs of which some lines were not drawn."""
        return self.canvas.cut + self.canvas.left_out

    def find(self, text: str) -> Rect:
        """The rectangle of a line that equals the text, else of one that contains it; the one drawn last."""
        matches = _matches(text, self.texts())
        assert matches, f"{text!r} is not on the screen: {self.texts()}"
        return self.canvas.places[matches[-1]][1]


class _UncachedFooter(Footer):
    """Draws its texts in every frame, so that they are recorded."""

    def arrange(self, canvas: Canvas, items: Sequence[FooterItem], last_item: FooterItem) -> int:
        self._content = None
        return super().arrange(canvas, items, last_item)


class OpenPilot(Protocol):
    """Opens the program with a first scene; `frame_seconds` is how far the clock advances per frame."""

    def __call__(
        self,
        first_scene: Callable[[Context], Scene],
        size: tuple[int, int] = (800, 480),
        settings: Settings | None = None,
        frame_seconds: float = 1 / 30,
    ) -> Pilot: ...


@contextmanager
def pilots(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPilot]:
    """Open programs with their data in `root` and with fake worker clients; close them at the end."""
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    monkeypatch.setattr("tetris_arcade.scenes.overlays.Footer", _UncachedFooter)
    canvases = watch(monkeypatch)
    opened: list[Pilot] = []

    def open_one(
        first_scene: Callable[[Context], Scene],
        size: tuple[int, int] = (800, 480),
        settings: Settings | None = None,
        frame_seconds: float = 1 / 30,
    ) -> Pilot:
        opened.append(Pilot(open_hidden(root, size, first_scene, settings), canvases, frame_seconds))
        return opened[-1]

    yield open_one
    for pilot in opened:
        pilot.close()


def _matches(text: str, lines: list[str]) -> list[int]:
    """The indices of the lines that equal a text, else of those that contain it."""
    lowered = [line.lower() for line in lines]
    equal = [index for index, line in enumerate(lowered) if line == text.lower()]
    return equal or [index for index, line in enumerate(lowered) if text.lower() in line]
