"""One model plays, at any speed, under a choice of challenges."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from pygame import Rect

from tetris_arcade.scenes.base import Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.challenges import CHALLENGES
from tetris_arcade.scenes.play.demo_layout import (
    FinishedGame,
    demo_layout,
    draw_challenge,
    draw_figures,
    draw_games,
    draw_head,
    draw_state,
)
from tetris_arcade.services.video_export import LAST_PIECES
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import inset
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.footer import Button, Hint
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    GameSaved,
    PlayTask,
    Report,
    SaveGame,
)

_RECENT_GAMES = 12


class DemoScene(PlayScene):
    """Left and right change the model, up and down the challenge."""

    title = "Demo"

    def __init__(self, context: Context, player_name: str, speed: float | None = 4.0) -> None:
        super().__init__(context, PlayTask((player_name,), CHALLENGES[0].env, speed=speed))
        self._name = player_name
        self._entries = [entry for entry in context.models.read_all() if entry.error is None]
        (self._playback,) = self._playbacks
        self._challenge = 0
        self._looks_ahead = False
        self._shows_values = False
        self._recent: deque[FinishedGame] = deque(maxlen=_RECENT_GAMES)
        self._best_lines = 0
        self._films = False
        self._buttons: list[Button] = []
        self._lines: list[tuple[int, Rect]] = []

    # --- Input ---

    def handle(self, event: InputEvent) -> Transition | None:
        action = event.action
        if event.clicked and event.position is not None:
            return self._click(event.position)
        if action is Action.CONFIRM:
            self._pause_or_restart()
        elif action in (Action.SAVE, Action.RECORD):
            self._keep(films=action is Action.RECORD)
        elif action is Action.VALUES:
            self._shows_values = not self._shows_values
        elif action is Action.VISUALS:
            self._looks_ahead = not self._looks_ahead
            self._change(replace(self._task, lookahead=self._looks_ahead))
        elif action in (Action.LEFT, Action.RIGHT):
            self._change_model(1 if action is Action.RIGHT else -1)
        elif action in (Action.UP, Action.DOWN):
            self._choose_challenge(self._challenge + (1 if action is Action.DOWN else -1))
        else:
            return super().handle(event)
        return None

    def _click(self, position: tuple[int, int]) -> Transition | None:
        """The arrows beside the name, the challenges, and whether it looks ahead."""
        for button in self._buttons:
            if button.rect.collidepoint(position):
                return self.handle(InputEvent(action=button.action))
        for index, line in self._lines:
            if line.collidepoint(position) and index != self._challenge:
                self._choose_challenge(index)
        return None

    def _choose_challenge(self, index: int) -> None:
        self._challenge = index % len(CHALLENGES)
        self._forget_games()
        self._change(replace(self._task, env=CHALLENGES[self._challenge].env))

    def _keep(self, films: bool) -> None:
        """Keep the game that is played; `films`: and film its last pieces."""
        if self.context.is_locked:
            self.context.notify("nothing can be kept here", "warning")
        elif self._player.send(SaveGame()):
            self._films = films

    def _change_model(self, by: int) -> None:
        names = [entry.name for entry in self._entries]
        if not names:
            return
        index = names.index(self._name) if self._name in names else 0
        self._name = names[(index + by) % len(names)]
        self._forget_games()
        self._change(replace(self._task, players=(self._name,)))

    def _forget_games(self) -> None:
        """Games of another model, or of another kind, compare with nothing."""
        self._recent.clear()
        self._best_lines = 0

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        if source != "player":
            return
        if isinstance(report, GameEnded):
            self._recent.appendleft(FinishedGame(report.lines, report.pieces))
            self._best_lines = max(self._best_lines, report.lines)
        elif isinstance(report, GameSaved):
            self.context.notify(f"the game is kept, {report.lines:,} lines: see Replays", "success")
            if self._films:
                start = max(0, report.pieces - LAST_PIECES)
                self.context.videos.begin(self.context.paths.replays / report.file_name, start)

    def hints(self) -> list[Hint]:
        return [
            *super().hints(),
            Hint("speed", Action.FASTER, Action.SLOWER),
            Hint("model", Action.LEFT, Action.RIGHT),
            Hint("challenge", Action.UP, Action.DOWN),
            Hint("agent's view", Action.VALUES),
            Hint("back", Action.BACK),
            *(
                []
                if self.context.is_locked
                else [Hint("keep it", Action.SAVE), Hint("film it", Action.RECORD)]
            ),
            Hint("look-ahead", Action.VISUALS),
            Hint("one step", Action.STEP),
            Hint("help", Action.HELP),
        ]

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        view = self._playback.view
        places = demo_layout(canvas, inset(canvas.rect, canvas.units(4)), view.height, self._name)
        arrows = draw_head(canvas, places.head, self._name, self._entry())
        well = draw_board(canvas, places.board, view, self._playback.progress, show_values=self._shows_values)
        draw_state(canvas, well, self._player, self._again, is_empty=view.is_empty)
        self.context.videos.draw(canvas, well)
        rate = float(self._player.frame["counters"]["timesteps_per_second"])
        draw_figures(canvas, places.figures, view, self._best_lines, self._player.speed, rate)
        self._lines, ahead = draw_challenge(
            canvas, places.challenge, self._challenge, looks_ahead=self._looks_ahead
        )
        self._buttons = [*arrows, Button(ahead, Action.VISUALS)]
        draw_games(canvas, places.games, self._recent)

    def _entry(self) -> tuple[int, int, ModelEntry | None]:
        """(its place, how many there are, the model's facts)."""
        for index, entry in enumerate(self._entries):
            if entry.name == self._name:
                return index + 1, len(self._entries), entry
        return 0, len(self._entries), None
