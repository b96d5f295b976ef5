"""The duel: two players side by side on the same pieces, with a match score."""

from __future__ import annotations

from dataclasses import replace

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.duel_layout import (
    draw_center,
    draw_results,
    draw_side_head,
    draw_verdict,
    duel_layout,
)
from tetris_arcade.scenes.play.match import NUM_GAMES, DuelResult, Match
from tetris_arcade.scenes.speeds import speed_name
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import DuelEnded, NewGame, PlayTask, Report, SetLookahead, Started

_VERDICT_SECONDS = 2.0
"""How long the result of a game is shown, at every speed, before the next game."""


class DuelScene(PlayScene):
    """Both sides play each game on the same pieces; the better one of a few games wins the match.

    The player reports the result of each game as soon as it is decided, and this screen starts the next one.
    """

    title = "Duel"

    def __init__(
        self,
        context: Context,
        left: str,
        right: str,
        challenge: int = DUEL_CHALLENGE,
        speed: float | None = 4.0,
        num_games: int = NUM_GAMES,
    ) -> None:
        super().__init__(context, PlayTask((left, right), CHALLENGES[challenge].env, speed=speed))
        self._names = [left, right]
        self._challenge, self._num_games = challenge, num_games
        self._match = Match(num_games=self._num_games)
        self._decided_games: tuple[int, int] | None = None
        """The serial numbers of the games that were decided last, until the next ones start."""
        self._verdict_seconds = 0.0
        self._dropped_game = 0
        """The serial number of the game that the newest one replaces: its end is no result any more."""

    def own_bindings(self) -> list[KeyBinding]:
        return [
            bind(
                _("rematch") if self._match.is_over else _("restart game"), self._start_game, Action.CONFIRM
            ),
            bind(_("swap sides"), self._swap, Action.LEFT, Action.RIGHT),
            bind_pair(_("challenge"), self._change_challenge, Action.UP, Action.DOWN),
            bind(_("look-ahead"), self._toggle_lookahead, Action.LOOKAHEAD),
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
        self._task, self._match = task, Match(num_games=self._num_games)
        self._start_game()

    def _start_game(self) -> None:
        """Start a new game, after the end of a match a new match; restart a player that does not listen."""
        if self._match.is_over:
            self._match = Match(num_games=self._num_games)
        self._decided_games, self._dropped_game = None, self._boards[0].view.game
        if self._is_listening:
            self._player.send(NewGame(self._task.env))
        else:
            self._restart()

    def _swap(self) -> None:
        """Swap the sides with their results, and restart the game; after the end of a match, a new match."""
        self._names.reverse()
        self._match = Match(num_games=self._num_games) if self._match.is_over else self._match.swapped()
        self._task = replace(self._task, players=(self._names[0], self._names[1]))
        self._decided_games = None
        self._restart()

    def update(self, now: float, dt: float) -> Transition | None:
        if self._decided_games is not None and not self._match.is_over and not self._player.is_paused:
            self._verdict_seconds += dt
            if self._verdict_seconds >= _VERDICT_SECONDS:
                self._start_game()
        return super().update(now, dt)

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        if source != "player":
            return
        if isinstance(report, Started):
            self._decided_games, self._dropped_game = None, 0
        elif isinstance(report, DuelEnded) and report.games[0] > self._dropped_game:
            self._match = self._match.with_result(DuelResult(report.lines, report.winner))
            self._decided_games, self._verdict_seconds = report.games, 0.0
            if report.winner is not None:
                self._boards[report.winner].effects.celebrate()
                self._boards[1 - report.winner].effects.lose()

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        views = tuple(board.view for board in self._boards)
        names = [self.context.models.display_name(name) for name in self._names]
        layout = duel_layout(canvas, max(view.height for view in views), names)
        has_verdict = self._decided_games == tuple(view.game for view in views)
        for side, view in enumerate(views):
            is_ahead = view.lines > views[1 - side].lines
            effects = self._shown_effects(side)
            draw_side_head(canvas, layout.heads[side], names, side, is_ahead=is_ahead, effects=effects)
            well = self._draw_board(canvas, layout.boards[side], side, show_game_over=not has_verdict)
            if has_verdict and not self._stills:
                draw_verdict(canvas, well, self._match, side, effects)
        text = f"{_(CHALLENGES[self._challenge].name)}, {speed_name(self._player.speed)}"
        text += "\n" + _("with look-ahead") if self._task.lookahead else ""
        draw_center(canvas, layout.center, names, self._match, (views[0], views[1]), text)
        draw_results(canvas, layout.results, self._match.results)
        canvas.explain(layout.boards[0], _("The left player. Both get the same pieces."))
        canvas.explain(layout.boards[1], _("The right player"))
        canvas.explain(layout.center, _("Games won, and this game side by side"))
        canvas.explain(layout.results, _("The games before: the winner's lines are bright"))
