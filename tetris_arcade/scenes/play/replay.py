"""The replay: a saved game, watched at any speed from any piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Push, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.demo_layout import demo_layout, draw_stats_panel, draw_title
from tetris_arcade.scenes.play.replay_layout import SUMMARY_LINES, draw_replay, draw_replays
from tetris_arcade.scenes.play.replay_summary import ReplaySummary
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.services.default_player import default_player
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, inset
from tetris_arcade.ui.widgets.footer import Button
from tetris_arcade.ui.widgets.seek_bar import SeekBar
from tetris_arcade.worker.shared.messages import PlayTask, Report, Seek, Started

_MIN_JUMP_PIECES = 10


class ReplayScene(PlayScene):
    """Left and right, or a click on the bar, move within the replay; up and down change it.

    replays: the readable ones in the order of their list; `index` is the first one shown.
    """

    title = "Replay"
    plays_stored_games = False

    def __init__(self, context: Context, replays: Sequence[ReplaySummary], index: int) -> None:
        super().__init__(context, PlayTask((str(replays[index].path),), speed=4.0))
        self._replays, self._index = replays, index
        (self._board,) = self._boards
        self._bar = SeekBar(self._replay.pieces)
        self._arrows: tuple[Button, ...] = ()
        self._resume_at = 0

    @property
    def _replay(self) -> ReplaySummary:
        return self._replays[self._index]

    # --- Input ---

    def own_bindings(self) -> list[KeyBinding]:
        return [
            bind_pair(_("rewind, forward"), self._jump, Action.LEFT, Action.RIGHT),
            bind_pair(_("replay"), self._change_replay, Action.UP, Action.DOWN),
            bind(_("restart"), self._start_over, Action.CONFIRM),
            bind(_("review"), self._review, Action.COACH),
            bind(self.context.videos.key_text, self._save_video, Action.RECORD),
        ]

    def handle(self, event: InputEvent) -> Transition | None:
        if event.clicked and event.position is not None:
            return self._click(event.position)
        return super().handle(event)

    def _click(self, position: tuple[int, int]) -> Transition | None:
        """Handle a click on the bar or on an arrow beside the name."""
        pieces = self._bar.click(position)
        if pieces is not None:
            self._player.send(Seek(pieces))
        for arrow in self._arrows:
            if arrow.rect.collidepoint(position):
                return self.run_binding(arrow.action)
        return None

    def _change_replay(self, direction: int) -> None:
        if len(self._replays) == 1:
            self.context.notify(_("There is no other replay"), "info")
            return
        self._index = (self._index + direction) % len(self._replays)
        self._bar = SeekBar(self._replay.pieces)
        self._change_task(replace(self._task, players=(str(self._replay.path),)))

    def _start_over(self) -> None:
        if self._player.is_busy:
            self._player.send(Seek(0))
        else:
            self._player.start(self._task)

    def _review(self) -> Transition:
        """See what a model makes of the replay, which continues where it is afterwards."""
        self._resume_at, self._has_started = self._board.view.pieces, False
        game = ReviewedGame(self._replay.player, self._replay.path)
        return Push(ReviewScene(self.context, game, default_player(self.context.paths)))

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        is_own = self._player.task is not None and isinstance(self._player.task, PlayTask)
        if source == "player" and isinstance(report, Started) and is_own and self._resume_at:
            self._player.send(Seek(self._resume_at))
            self._resume_at = 0

    def _jump(self, direction: int) -> None:
        """Move by a hundredth of the game, at least ten pieces."""
        total = self._replay.pieces
        pieces = self._board.view.pieces + direction * max(_MIN_JUMP_PIECES, total // 100)
        self._player.send(Seek(min(max(pieces, 0), total)))

    def _save_video(self) -> None:
        self.context.videos.start(self._replay.path, self._board.view.pieces)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units, view, replay = canvas.units, self._board.view, self._replay
        bar, area = cut_bottom(inset(canvas.rect, units(4)), self._bar.height(canvas), units(5))
        # The layout fits all replays: nothing moves when another one is chosen.
        names = [listed.player for listed in self._replays]
        height = max(listed.height for listed in self._replays)
        layout = demo_layout(canvas, area, height, *names, upper_lines=SUMMARY_LINES)
        place = _("{place} of {count} replays").format(place=self._index + 1, count=len(self._replays))
        self._arrows = draw_title(canvas, layout.head, replay.player, place, arrows="▲▼")
        well = self._draw_board(canvas, layout.board)
        rate = float(self._player.frame["counters"]["timesteps_per_second"])
        draw_stats_panel(canvas, layout.stats, view, None, self._player.speed, rate)
        draw_replay(canvas, layout.challenge, replay)
        draw_replays(canvas, layout.games, self._replays, self._index)
        self._bar.draw(canvas, bar, view.pieces)
        canvas.explain(layout.head, _("Who played"))
        canvas.explain(layout.board, _("The saved game"))
        canvas.explain(layout.stats, _("The game up to this move"))
        canvas.explain(layout.challenge, _("How it ended"))
        canvas.explain(layout.games, _("The other saved games"))
        canvas.explain(bar, _("Where in the game this is"))
        self.context.videos.draw(canvas, well)
