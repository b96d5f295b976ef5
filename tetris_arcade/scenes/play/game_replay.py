"""A person's game once more: it is played back from its inputs, at any of a few speeds."""

from __future__ import annotations

from pathlib import Path

from pygame import Rect

from tetris_arcade.languages import _, format_number
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.stored_games import stored_game
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Scene, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.person import Person
from tetris_arcade.scenes.play.person_panels import draw_callout, draw_hold, draw_next, format_time
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.scenes.play.solo_layout import solo_layout
from tetris_arcade.scenes.play.solo_stats import draw_solo_stats
from tetris_arcade.services.default_player import default_player
from tetris_arcade.storage.played_games import encode_played_game
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.widgets.notice import draw_strip
from tetris_arcade.ui.widgets.played_board import draw_played_board
from tetris_arcade.ui.widgets.seek_bar import SeekBar

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_NORMAL = 2
_SEEK_US = 5 * SECOND


class GameReplayScene(Scene):
    """Plays a recording. A jump back plays it from its start up to that time, without sounds.

    file: where it is saved, so that it can become a video; None if it is not.
    """

    title = "Replay of your game"

    def __init__(self, context: Context, recording: Recording, file: Path | None = None) -> None:
        super().__init__(context)
        self._recording, self._file = recording, file
        self._bar = SeekBar(recording.end_us // SECOND, lambda seconds: format_time(seconds * SECOND)[:-3])
        self._speed = _NORMAL
        self._is_paused = False
        self._start()

    def _start(self) -> None:
        self._playback = self._recording.start_playback()
        self._person = Person(self._playback.game, self.context.audio)
        self._time_us = 0

    @property
    def is_still(self) -> bool:
        return self._is_paused or self._has_ended

    @property
    def _has_ended(self) -> bool:
        return self._time_us >= self._recording.end_us

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        return [
            bind(_("resume") if self._is_paused else _("pause"), self._pause_or_restart, Action.PAUSE),
            bind_pair(_("speed"), self._change_speed, Action.SLOWER, Action.FASTER),
            bind_pair(_("rewind, forward"), self._seek_by, Action.LEFT, Action.RIGHT),
            bind(_("restart"), self._start, Action.CONFIRM, Action.NEW_GAME),
            bind(_("review"), self._review, Action.COACH),
            *self._video_bindings(),
            bind(_("back"), Pop, Action.BACK, Action.STOP),
        ]

    def _review(self) -> Transition:
        """See what a model makes of the game."""
        self._is_paused = True
        stored = stored_game(self._recording.play_back())
        game = ReviewedGame(_("You"), self._file, encode_played_game(stored).decode())
        return Push(ReviewScene(self.context, game, default_player(self.context.paths)))

    def _video_bindings(self) -> list[KeyBinding]:
        """The key that saves a video, if the game is saved."""
        videos, file = self.context.videos, self._file
        if file is None:
            return []
        pieces = self._person.game.tally.pieces
        return [bind(videos.key_text, lambda: videos.start_played(file, pieces), Action.RECORD)]

    def _pause_or_restart(self) -> None:
        if self._has_ended:
            self._start()
        else:
            self._is_paused = not self._is_paused

    def _change_speed(self, by: int) -> None:
        self._speed = min(max(self._speed + by, 0), len(_SPEEDS) - 1)

    def _seek_by(self, by: int) -> None:
        self.seek(self._time_us + by * _SEEK_US)

    def seek(self, time_us: int) -> None:
        """Go to a time of the game."""
        time_us = min(max(time_us, 0), self._recording.end_us)
        if time_us < self._time_us:
            self._start()
        self._play_to(time_us)
        self._person.game.take_events()

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
        if self._is_paused or self._has_ended:
            return None
        self._play_to(self._time_us + round(dt * _SPEEDS[self._speed] * SECOND))
        self._person.advance(self._time_us, dt)
        return None

    def _play_to(self, time_us: int) -> None:
        """Give the game the inputs up to a time."""
        self._time_us = min(time_us, self._recording.end_us)
        self._playback.advance(self._time_us)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        strip, canvas.rect = cut_bottom(canvas.rect, self._bar.height(canvas))
        layout, game = solo_layout(canvas), self._person.game
        well = draw_played_board(canvas, layout.board, self._person.board)
        draw_hold(canvas, layout.hold, game)
        draw_next(canvas, layout.next, game)
        draw_callout(canvas, layout.callout, self._person.callout)
        draw_solo_stats(canvas, layout.stats, game)
        if self._is_paused:
            draw_strip(canvas, well, _("PAUSED"), canvas.theme.warning)
        bar = Rect(strip.x + canvas.units(8), strip.y, strip.width - canvas.units(16), strip.height)
        self._bar.draw(canvas, bar, self._time_us // SECOND)
        canvas.text_in(
            _("{factor} x").format(factor=format_number(_SPEEDS[self._speed], "g")),
            layout.controls,
            canvas.theme.text_dim,
            2.0,
        )
        canvas.explain(well, _("Your game"))
        canvas.explain(layout.stats, _("How it stood then"))
        canvas.explain(bar, _("The time: click, or rewind and forward"))
        self.context.videos.draw(canvas, well)
