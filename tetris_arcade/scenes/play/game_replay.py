"""A person's game once more: it is played back from its inputs."""

from __future__ import annotations

from pathlib import Path

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.person import Person
from tetris_arcade.scenes.play.person_panels import draw_callout, draw_hold, draw_next
from tetris_arcade.scenes.play.played_replay import PlayedReplayScene
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.scenes.play.solo_layout import solo_layout
from tetris_arcade.scenes.play.solo_stats import draw_solo_stats
from tetris_arcade.services.default_player import default_player
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.widgets.notice import draw_strip
from tetris_arcade.ui.widgets.played_board import draw_played_board


class GameReplayScene(PlayedReplayScene):
    """Plays a recording. file: where it is saved, None if it is not."""

    def __init__(self, context: Context, recording: Recording, file: Path | None = None) -> None:
        self._recording, self._file = recording, file
        super().__init__(context, recording.end_us)

    def start_playback(self) -> None:
        self._playback = self._recording.start_playback()
        self._person = Person(self._playback.game, self.context.audio)

    def play_to(self, time_us: int) -> None:
        self._playback.advance(time_us)

    def follow(self, dt: float) -> None:
        self._person.advance(self.time_us, dt)

    def forget(self) -> None:
        self._person.game.take_events()

    def review(self) -> Transition:
        game = ReviewedGame.of_person(_("You"), self._recording.play_back(), self._file)
        return Push(ReviewScene(self.context, game, default_player(self.context.paths)))

    @property
    def file(self) -> Path | None:
        return self._file

    @property
    def pieces(self) -> int:
        return self._person.game.tally.pieces

    def draw_playback(self, canvas: Canvas) -> Rect:
        layout, game = solo_layout(canvas), self._person.game
        well = draw_played_board(canvas, layout.board, self._person.board)
        draw_hold(canvas, layout.hold, game)
        draw_next(canvas, layout.next, game)
        draw_callout(canvas, layout.callout, self._person.callout)
        draw_solo_stats(canvas, layout.stats, game)
        if self.is_paused:
            draw_strip(canvas, well, _("PAUSED"), canvas.theme.warning)
        canvas.text_in(self.speed_text, layout.controls, canvas.theme.text_dim, 2.0)
        canvas.explain(well, _("Your game"))
        canvas.explain(layout.stats, _("How it stood then"))
        return well
