"""The base of the screens on which something that people played is seen again, at any of a few speeds."""

from __future__ import annotations

from pathlib import Path

from pygame import Rect

from tetris_arcade.languages import _, format_number
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.person_panels import format_time
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.widgets.seek_bar import SeekBar

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_NORMAL = 2
_SEEK_US = 5 * SECOND


class PlayedReplayScene(Scene):
    """Runs a playback on the screen's clock. A jump back plays it from its start up to that time, silently.

    A subclass plays it in `start_playback`, `play_to` and `follow`, and draws it in `draw_playback`.
    """

    title = "Replay of your game"

    def __init__(self, context: Context, end_us: int) -> None:
        super().__init__(context)
        self._speed = _NORMAL
        self._is_paused = False
        self.load(end_us)

    # --- What a screen makes of it ---

    def start_playback(self) -> None:
        """Go to the start."""
        raise NotImplementedError

    def play_to(self, time_us: int) -> None:
        """Play on to a later time, without sounds."""
        raise NotImplementedError

    def follow(self, dt: float) -> None:
        """Show and sound what has happened in the `dt` seconds since the last frame."""
        raise NotImplementedError

    def forget(self) -> None:
        """Show and sound nothing of what has happened up to now: the playback has jumped."""
        raise NotImplementedError

    def review(self) -> Transition | None:
        """See what a model makes of the game."""
        raise NotImplementedError

    @property
    def file(self) -> Path | None:
        """Where the game is saved, so that it can become a video; None if it is not."""
        raise NotImplementedError

    @property
    def pieces(self) -> int:
        """The pieces placed up to now, at which a video starts."""
        raise NotImplementedError

    def draw_playback(self, canvas: Canvas) -> Rect:
        """Draw the game; returns the rectangle of the board's cells."""
        raise NotImplementedError

    # --- The playback ---

    def load(self, end_us: int) -> None:
        """Start a playback that ends at a time."""
        self._end_us = end_us
        self._bar = SeekBar(end_us // SECOND, lambda seconds: format_time(seconds * SECOND)[:-3])
        self._restart()

    def _restart(self) -> None:
        self._time_us = 0
        self.start_playback()

    @property
    def is_still(self) -> bool:
        return self._is_paused or self.has_ended

    @property
    def is_paused(self) -> bool:
        return self._is_paused

    @property
    def has_ended(self) -> bool:
        """Whether the end is shown."""
        return self._time_us >= self._end_us

    @property
    def time_us(self) -> int:
        """The time of the game that is shown."""
        return self._time_us

    @property
    def speed_text(self) -> str:
        """How fast it is played."""
        return _("{factor} x").format(factor=format_number(_SPEEDS[self._speed], "g"))

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        return [
            bind(_("resume") if self._is_paused else _("pause"), self._pause_or_restart, Action.PAUSE),
            bind_pair(_("speed"), self._change_speed, Action.SLOWER, Action.FASTER),
            bind_pair(_("rewind, forward"), self._seek_by, Action.LEFT, Action.RIGHT),
            bind(_("restart"), self._restart, Action.CONFIRM, Action.NEW_GAME),
            bind(_("review"), self._pause_and_review, Action.COACH),
            *self._video_bindings(),
            bind(_("back"), Pop, Action.BACK, Action.STOP),
        ]

    def _pause_and_review(self) -> Transition | None:
        self._is_paused = True
        return self.review()

    def _video_bindings(self) -> list[KeyBinding]:
        """The key that saves a video, if the game is saved."""
        videos, file, pieces = self.context.videos, self.file, self.pieces
        if file is None:
            return []
        return [bind(videos.key_text, lambda: videos.start_played(file, pieces), Action.RECORD)]

    def _pause_or_restart(self) -> None:
        if self.has_ended:
            self._restart()
        else:
            self._is_paused = not self._is_paused

    def _change_speed(self, by: int) -> None:
        self._speed = min(max(self._speed + by, 0), len(_SPEEDS) - 1)

    def _seek_by(self, by: int) -> None:
        self.seek(self._time_us + by * _SEEK_US)

    def seek(self, time_us: int) -> None:
        """Go to a time of the game."""
        time_us = min(max(time_us, 0), self._end_us)
        if time_us < self._time_us:
            self._restart()
        self._play_to(time_us)
        self.forget()

    def close(self) -> None:
        self.context.videos.notify_still_running()

    def handle(self, event: InputEvent) -> Transition | None:
        if not event.clicked or event.position is None:
            return super().handle(event)
        seconds = self._bar.click(event.position)
        if seconds is not None:
            self.seek(seconds * SECOND)
        return None

    # --- Time ---

    def update(self, now: float, dt: float) -> Transition | None:
        if self._is_paused or self.has_ended:
            return None
        self._play_to(self._time_us + round(dt * _SPEEDS[self._speed] * SECOND))
        self.follow(dt)
        return None

    def _play_to(self, time_us: int) -> None:
        self._time_us = min(time_us, self._end_us)
        self.play_to(self._time_us)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        strip, canvas.rect = cut_bottom(canvas.rect, self._bar.height(canvas))
        well = self.draw_playback(canvas)
        bar = Rect(strip.x + canvas.units(8), strip.y, strip.width - canvas.units(16), strip.height)
        self._bar.draw(canvas, bar, self._time_us // SECOND)
        canvas.explain(bar, _("The time: click, or rewind and forward"))
        self.context.videos.draw(canvas, well)
