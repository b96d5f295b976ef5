"""Two players side by side on the same pieces: running figures, the winner of each game, the match score."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from tetris_arcade.scenes.base import Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.demo_layout import draw_state
from tetris_arcade.scenes.play.duel_layout import (
    DuelResult,
    draw_centre,
    draw_results,
    draw_side_head,
    draw_verdict,
    duel_layout,
)
from tetris_arcade.scenes.speeds import speed_name
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    NewGame,
    PlayTask,
    Report,
    SetLookahead,
)

_RECENT_GAMES = 12


class DuelScene(PlayScene):
    """Each game has one seed for both sides; more lines win, then more pieces."""

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
        self._results: deque[DuelResult] = deque(maxlen=_RECENT_GAMES)
        self._ended: dict[int, GameEnded] = {}
        self._verdict: DuelResult | None = None

    def handle(self, event: InputEvent) -> Transition | None:
        action = event.action
        if action is Action.CONFIRM:
            self._play_anew()
        elif action in (Action.LEFT, Action.RIGHT):
            self._swap()
        elif action is Action.VISUALS:
            self._task = replace(self._task, lookahead=not self._task.lookahead)
            self._player.send(SetLookahead(self._task.lookahead))
            self._begin_match()
            self._play_anew()
        elif action in (Action.UP, Action.DOWN):
            self._challenge = (self._challenge + (1 if action is Action.DOWN else -1)) % len(CHALLENGES)
            self._task = replace(self._task, env=CHALLENGES[self._challenge].env)
            self._begin_match()
            self._play_anew()
        else:
            return super().handle(event)
        return None

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        if source == "player" and isinstance(report, GameEnded):
            self._book(report)

    def hints(self) -> list[Hint]:
        return [
            *super().hints(),
            Hint("speed", Action.FASTER, Action.SLOWER),
            Hint("rematch", Action.CONFIRM),
            Hint("swap", Action.LEFT, Action.RIGHT),
            Hint("challenge", Action.UP, Action.DOWN),
            Hint("back", Action.BACK),
            Hint("look-ahead", Action.VISUALS),
            Hint("one step", Action.STEP),
        ]

    # --- The match ---

    def _play_anew(self) -> None:
        """A new game; where nobody plays, or another game is being prepared, a new start."""
        self._ended, self._verdict = {}, None
        if self._plays:
            self._player.send(NewGame(self._task.env))
        else:
            self._start_anew()

    def _swap(self) -> None:
        """The sides change places, and what each has won goes with it; the game begins anew."""
        self._names.reverse()
        self._wins.reverse()
        self._results = deque((result.swapped() for result in self._results), maxlen=_RECENT_GAMES)
        self._task = replace(self._task, players=(self._names[0], self._names[1]))
        self._ended, self._verdict = {}, None
        self._start_anew()

    def _begin_match(self) -> None:
        self._wins = [0, 0]
        self._results.clear()

    def _book(self, ended: GameEnded) -> None:
        """Keep the end of a side's game; with both ends of one game there is a result."""
        other = self._ended.get(1 - ended.side)
        if other is None or other.seed != ended.seed:
            self._ended = {ended.side: ended}
            return
        self._ended = {}
        left, right = (ended, other) if ended.side == 0 else (other, ended)
        result = DuelResult.of(left, right)
        self._results.appendleft(result)
        self._verdict = result
        if result.winner is not None:
            self._wins[result.winner] += 1

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        views = [playback.view for playback in self._playbacks]
        places = duel_layout(canvas, max(view.height for view in views), self._names)
        for side, playback in enumerate(self._playbacks):
            leads = views[side].lines > views[1 - side].lines
            draw_side_head(canvas, places.heads[side], self._names, side, is_ahead=leads)
            verdict = self._verdict if all(view.over for view in views) else None
            well = draw_board(
                canvas, places.boards[side], playback.view, playback.progress, show_game_over=verdict is None
            )
            draw_state(canvas, well, self._player, self._again, is_empty=playback.view.is_empty)
            if verdict is not None:
                draw_verdict(canvas, well, verdict, side)
        about = f"{CHALLENGES[self._challenge].name}, {speed_name(self._player.speed)}"
        about += "\nwith look-ahead" if self._task.lookahead else ""
        draw_centre(canvas, places.centre, self._names, self._wins, (views[0], views[1]), about)
        draw_results(canvas, places.results, self._results)
