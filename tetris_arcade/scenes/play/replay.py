"""A kept game, watched again: at any speed, from any piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tetris_arcade.scenes.base import Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.demo_layout import demo_layout, draw_figures, draw_state, draw_title
from tetris_arcade.scenes.play.replay_layout import draw_kept_game, draw_kept_games
from tetris_arcade.scenes.play.replay_list import ReplaySummary
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, inset
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.footer import Button, Hint
from tetris_arcade.ui.widgets.seek_bar import SeekBar
from tetris_arcade.worker.shared.messages import PlayTask, Seek

_MIN_JUMP = 10


class ReplayScene(PlayScene):
    """Left and right change the game; up and down, or a touch on the bar, go back and forward in it.

    games: those that can be watched, in the order of their list; `index` says with which to begin.
    """

    title = "Replay"

    def __init__(self, context: Context, games: Sequence[ReplaySummary], index: int) -> None:
        super().__init__(context, PlayTask((str(games[index].path),), speed=4.0))
        self._games, self._index = games, index
        (self._playback,) = self._playbacks
        self._bar = SeekBar(self._game.pieces)
        self._arrows: tuple[Button, ...] = ()

    @property
    def _game(self) -> ReplaySummary:
        return self._games[self._index]

    # --- Input ---

    def handle(self, event: InputEvent) -> Transition | None:
        action = event.action
        if event.clicked and event.position is not None:
            self._click(event.position)
        elif action is Action.CONFIRM:
            self._begin_again()
        elif action in (Action.LEFT, Action.RIGHT):
            self._change_game(1 if action is Action.RIGHT else -1)
        elif action in (Action.UP, Action.DOWN):
            self._jump(1 if action is Action.DOWN else -1)
        elif action is Action.RECORD:
            self.context.videos.begin(self._game.path, self._playback.view.pieces)
        else:
            return super().handle(event)
        return None

    def _click(self, position: tuple[int, int]) -> None:
        """A place of the bar, or an arrow beside the name."""
        at = self._bar.click(position)
        if at is not None:
            self._player.send(Seek(at))
        for button in self._arrows:
            if button.rect.collidepoint(position):
                self._change_game(1 if button.action is Action.RIGHT else -1)

    def _change_game(self, by: int) -> None:
        if len(self._games) == 1:
            self.context.notify("there is no other kept game", "info")
            return
        self._index = (self._index + by) % len(self._games)
        self._bar = SeekBar(self._game.pieces)
        self._change(replace(self._task, players=(str(self._game.path),)))

    def _begin_again(self) -> None:
        if self._player.is_busy:
            self._player.send(Seek(0))
        else:
            self._player.start(self._task)

    def _jump(self, side: int) -> None:
        """A hundredth of the game, ten pieces at least."""
        by = max(_MIN_JUMP, self._game.pieces // 100)
        self._player.send(Seek(min(max(self._playback.view.pieces + side * by, 0), self._game.pieces)))

    def hints(self) -> list[Hint]:
        return [
            *super().hints(),
            Hint("game", Action.LEFT, Action.RIGHT),
            Hint("back, forward", Action.UP, Action.DOWN),
            Hint("speed", Action.FASTER, Action.SLOWER),
            Hint("back", Action.BACK),
            Hint("from the start", Action.CONFIRM),
            *([] if self.context.is_locked else [Hint("film it", Action.RECORD)]),
            Hint("one step", Action.STEP),
            Hint("help", Action.HELP),
        ]

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        view, game = self._playback.view, self._game
        bar, area = cut_bottom(inset(canvas.rect, canvas.units(4)), self._bar.height(canvas), canvas.units(5))
        places = demo_layout(canvas, area, view.height, game.player)
        facts = f"{self._index + 1} of {len(self._games)} kept games"
        self._arrows = draw_title(canvas, places.head, game.player, facts)
        well = draw_board(canvas, places.board, view, self._playback.progress)
        draw_state(canvas, well, self._player, self._again, is_empty=view.is_empty)
        rate = float(self._player.frame["counters"]["timesteps_per_second"])
        draw_figures(canvas, places.figures, view, None, self._player.speed, rate)
        draw_kept_game(canvas, places.challenge, game)
        draw_kept_games(canvas, places.games, self._games, self._index)
        canvas.avoid_toasts(bar)
        self._bar.draw(canvas, bar, view.pieces)
        self.context.videos.draw(canvas, well)
