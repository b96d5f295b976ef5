"""One model plays, at any speed, under a choice of challenges."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Transition
from tetris_arcade.scenes.challenges import CHALLENGES
from tetris_arcade.scenes.interlude import PlayScene
from tetris_arcade.scenes.playback import Playback
from tetris_arcade.scenes.speed import faster, slower, speed_name
from tetris_arcade.storage.slots import list_models
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cut_bottom, cut_left, cut_right, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.board import board_size, draw_board
from tetris_arcade.ui.widgets.board_view import BoardView
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat import Stat, draw_big_stat, draw_stats, number
from tetris_arcade.worker.messages import (
    GameEnded,
    NewGame,
    Pause,
    PlayTask,
    Report,
    Resume,
    SetLookahead,
    SetPlayers,
    SetSpeed,
    Step,
    WorkerState,
)

_RECENT_GAMES = 8


@dataclass(frozen=True)
class _Game:
    lines: int
    pieces: int


class DemoScene(PlayScene):
    """Left and right change the model, up and down the challenge."""

    title = "Demo"

    def __init__(self, context: Context, player_name: str, speed: float | None = 4.0) -> None:
        super().__init__(context, PlayTask((player_name,), CHALLENGES[0].env, speed=speed))
        self._name = player_name
        self._playback = Playback()
        self._challenge = 0
        self._looks_ahead = False
        self._shows_values = False
        self._recent: deque[_Game] = deque(maxlen=_RECENT_GAMES)

    def handle(self, event: InputEvent) -> Transition | None:
        action, player = event.action, self._player
        if action is Action.BACK:
            return Pop()
        if action in (Action.PAUSE, Action.CONFIRM):
            player.send(Resume() if player.is_paused else Pause())
        elif action is Action.STEP and player.is_paused:
            player.send(Step())
        elif action in (Action.FASTER, Action.SLOWER):
            player.send(SetSpeed((faster if action is Action.FASTER else slower)(player.speed)))
        elif action is Action.VALUES:
            self._shows_values = not self._shows_values
        elif action is Action.VISUALS:
            self._looks_ahead = not self._looks_ahead
            player.send(SetLookahead(self._looks_ahead))
        elif action in (Action.LEFT, Action.RIGHT):
            self._change_model(1 if action is Action.RIGHT else -1)
        elif action in (Action.UP, Action.DOWN):
            self._challenge = (self._challenge + (1 if action is Action.DOWN else -1)) % len(CHALLENGES)
            self._recent.clear()
            player.send(NewGame(CHALLENGES[self._challenge].env))
        elif action is Action.STOP:
            return Pop()
        return None

    def hear(self, source: str, report: Report) -> None:
        if source == "player" and isinstance(report, GameEnded):
            self._recent.appendleft(_Game(report.lines, report.pieces))

    def update(self, now: float, dt: float) -> Transition | None:
        frame = self._player.frame
        if frame["num_boards"]:
            self._playback.show(frame["boards"][0], dt, is_paused=self._player.is_paused)
        return None

    def hints(self) -> list[Hint]:
        return [
            Hint("P", "resume" if self._player.is_paused else "pause"),
            Hint("+ -", "speed"),
            Hint("← →", "model"),
            Hint("↑ ↓", "challenge"),
            Hint("H", "values"),
            Hint("V", "look-ahead"),
            Hint(".", "one step"),
            Hint("ESC", "back"),
            Hint("F1", "help"),
        ]

    def _change_model(self, by: int) -> None:
        names = [entry.name for entry in list_models(self.context.paths) if entry.error is None]
        if not names:
            return
        index = names.index(self._name) if self._name in names else 0
        self._name = names[(index + by) % len(names)]
        self._recent.clear()
        if not self._player.is_busy:
            self._player.start(
                PlayTask((self._name,), CHALLENGES[self._challenge].env, speed=self._player.speed)
            )
            return
        self._player.send(SetPlayers((self._name,)))

    # -- drawing -------------------------------------------------------------------------------------------

    def draw(self, canvas: Canvas) -> None:
        area = inset(canvas.rect, 4 * canvas.k)
        k = canvas.k
        head, area = cut_top(area, canvas.line_height(2.0), 2 * k)
        canvas.text_in(self._name.upper(), head, canvas.theme.accent, 2.0)
        if is_portrait(area):
            board, below = cut_top(area, area.height * 72 // 100, 4 * k)
            left, right = cut_left(below, below.width // 2 - 2 * k, 4 * k)
            self._draw_board(canvas, board)
        else:
            width, _ = board_size(canvas, area, self._playback.view.height)
            side = max(0, min((area.width - width) // 2 - 8 * k, 200 * k))
            left, rest = cut_left(area, side)
            right, board = cut_right(rest, side)
            self._draw_board(canvas, board)
        self._draw_figures(canvas, left)
        self._draw_about(canvas, right)

    def _draw_board(self, canvas: Canvas, area: Rect) -> None:
        view = self._playback.view
        well = draw_board(canvas, area, view, self._playback.progress, show_values=self._shows_values)
        if view.is_empty or self._player.state in (WorkerState.FAILED, WorkerState.RESTARTING):
            box = inset(well, 6 * canvas.k)
            canvas.shade(well, canvas.theme.background, 170)
            canvas.paragraph(
                self._player.message,
                Rect(box.x, box.centery - 20 * canvas.k, box.width, box.height // 2),
                align="center",
            )
        elif self._player.is_paused:
            strip = Rect(well.x, well.centery - 10 * canvas.k, well.width, 20 * canvas.k)
            canvas.shade(strip, canvas.theme.background, 210)
            canvas.text_in("PAUSED", strip, canvas.theme.accent)

    def _draw_figures(self, canvas: Canvas, area: Rect) -> None:
        view = self._playback.view
        inside = canvas.panel(area)
        queue, rest = cut_bottom(inside, min(inside.height // 3, 60 * canvas.k))
        big, rest = cut_top(rest, canvas.line_height() + canvas.line_height(2.0))
        draw_big_stat(canvas, big, Stat("lines", f"{view.lines:,}", canvas.theme.accent))
        value = _value(view)
        stats = [
            Stat("pieces", f"{view.pieces:,}"),
            Stat("score", f"{view.score:,}"),
            Stat("best", f"{view.best_lines:,}"),
            Stat("speed", speed_name(self._player.speed)),
            Stat("value", number(value, 2)),
        ]
        draw_stats(canvas, rest, stats)
        if not view.is_empty:
            draw_next_queue(canvas, queue, view.next_pieces)

    def _draw_about(self, canvas: Canvas, area: Rect) -> None:
        theme = canvas.theme
        inside = canvas.panel(area)
        stats = [
            Stat("challenge", CHALLENGES[self._challenge].name, theme.accent),
            Stat("look-ahead", "one piece" if self._looks_ahead else "off"),
        ]
        used = draw_stats(canvas, inside, stats)
        _, rest = cut_top(inside, used + 4 * canvas.k)
        canvas.text("LAST GAMES", rest.topleft, theme.accent)
        _, rest = cut_top(rest, canvas.line_height())
        games = [Stat(f"{game.pieces:,} pieces", f"{game.lines:,} lines") for game in self._recent]
        draw_stats(canvas, rest, games or [Stat("none yet", "")])


def _value(view: BoardView) -> float:
    """The value of the placement that is played."""
    if view.values is None or view.action < 0:
        return math.nan
    return float(view.values[view.action])
