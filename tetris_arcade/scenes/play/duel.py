"""The duel: two players side by side on the same pieces, with a match score."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from tetris_arcade.scenes.base import KeyBinding, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.duel_layout import (
    DuelResult,
    draw_center,
    draw_results,
    draw_side_head,
    draw_verdict,
    duel_layout,
)
from tetris_arcade.scenes.speeds import speed_name
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import GameEnded, NewGame, PlayTask, Report, SetLookahead

_MAX_RECENT_GAMES = 12


class DuelScene(PlayScene):
    """Both sides play each game with one seed; more lines win, then more pieces."""

    title = "Duel"

    def __init__(
        self,
        context: Context,
        left: str,
        right: str,
        challenge: int = DUEL_CHALLENGE,
        speed: float | None = 4.0,
    ) -> None:
        super().__init__(context, PlayTask((left, right), CHALLENGES[challenge].env, speed=speed))
        self._names = [left, right]
        self._challenge = challenge
        self._wins = [0, 0]
        self._results: deque[DuelResult] = deque(maxlen=_MAX_RECENT_GAMES)
        self._first_end: GameEnded | None = None
        """The end of the side that finished first, until the other side finishes."""
        self._verdict: DuelResult | None = None

    def own_bindings(self) -> list[KeyBinding]:
        return [
            bind("rematch", self._start_game, Action.CONFIRM),
            bind("swap sides", self._swap, Action.LEFT, Action.RIGHT),
            bind_pair("challenge", self._change_challenge, Action.UP, Action.DOWN),
            bind("look-ahead", self._toggle_lookahead, Action.LOOKAHEAD),
        ]

    # --- The match ---

    def _change_challenge(self, direction: int) -> None:
        self._challenge = (self._challenge + direction) % len(CHALLENGES)
        self._start_match(replace(self._task, env=CHALLENGES[self._challenge].env))

    def _toggle_lookahead(self) -> None:
        lookahead = not self._task.lookahead
        self._player.send(SetLookahead(lookahead))
        self._start_match(replace(self._task, lookahead=lookahead))

    def _start_match(self, task: PlayTask) -> None:
        """Start at 0 : 0 with a changed task."""
        self._task = task
        self._wins = [0, 0]
        self._results.clear()
        self._start_game()

    def _start_game(self) -> None:
        """Start a new game; restart a player that does not listen."""
        self._forget_game()
        if self._is_listening:
            self._player.send(NewGame(self._task.env))
        else:
            self._restart()

    def _swap(self) -> None:
        """Swap the sides with their wins, and restart the game."""
        self._names.reverse()
        self._wins.reverse()
        self._results = deque((result.swapped() for result in self._results), maxlen=_MAX_RECENT_GAMES)
        self._task = replace(self._task, players=(self._names[0], self._names[1]))
        self._forget_game()
        self._restart()

    def _forget_game(self) -> None:
        self._first_end = self._verdict = None

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        if source == "player" and isinstance(report, GameEnded):
            self._record_end(report)

    def _record_end(self, end: GameEnded) -> None:
        """Record the end of a side's game; the ends of both sides make a result."""
        other = self._first_end
        if other is None or other.side == end.side or other.seed != end.seed:
            self._first_end = end
            return
        self._first_end = None
        left, right = (end, other) if end.side == 0 else (other, end)
        self._verdict = DuelResult.from_games(left, right)
        self._results.appendleft(self._verdict)
        if self._verdict.winner is not None:
            self._wins[self._verdict.winner] += 1

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        views = tuple(board.view for board in self._boards)
        layout = duel_layout(canvas, max(view.height for view in views), self._names)
        verdict = self._verdict if all(view.over for view in views) else None
        for side, view in enumerate(views):
            is_ahead = view.lines > views[1 - side].lines
            draw_side_head(canvas, layout.heads[side], self._names, side, is_ahead=is_ahead)
            well = self._draw_board(canvas, layout.boards[side], side, show_game_over=verdict is None)
            if verdict is not None and not self._stills:
                draw_verdict(canvas, well, verdict, side)
        text = f"{CHALLENGES[self._challenge].name}, {speed_name(self._player.speed)}"
        text += "\nwith look-ahead" if self._task.lookahead else ""
        draw_center(canvas, layout.center, self._names, self._wins, (views[0], views[1]), text)
        draw_results(canvas, layout.results, self._results)
        canvas.explain(layout.boards[0], "The left player. Both get the same pieces.")
        canvas.explain(layout.boards[1], "The right player")
        canvas.explain(layout.center, "Games won, and this game side by side")
        canvas.explain(layout.results, "The games before: the winner's lines are bright")
