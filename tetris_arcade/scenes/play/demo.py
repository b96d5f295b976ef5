"""The demo: one model plays, at any speed, under a choice of challenges."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from pygame import Rect

from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.languages import _, format_number
from tetris_arcade.scenes.agent_view import AgentView
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.challenges import CHALLENGES
from tetris_arcade.scenes.play.demo_layout import (
    DemoLayout,
    FinishedGame,
    demo_layout,
    draw_challenge,
    draw_games,
    draw_head,
    draw_stats_panel,
)
from tetris_arcade.scenes.play.hand_over import HandOverRequest
from tetris_arcade.scenes.play.take_over import TakeOverScene
from tetris_arcade.services.video_export import LAST_PIECES
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.drawing import draw_mood
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import inset
from tetris_arcade.ui.widgets.footer import Button
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    GameSaved,
    NewGame,
    Pause,
    PlayOn,
    PlayTask,
    Report,
    Resume,
    SaveGame,
)

_MAX_RECENT_GAMES = 12


class DemoScene(PlayScene):
    """Left and right change the model, up and down the challenge.

    start: the position from which the model plays on, None for a new game.
    """

    title = "Demo"

    def __init__(
        self,
        context: Context,
        player_name: str,
        speed: float | None = 4.0,
        start: GamePosition | None = None,
    ) -> None:
        env = CHALLENGES[0].env if start is None else replace(CHALLENGES[0].env, height=start.height)
        super().__init__(context, PlayTask((player_name,), env, speed=speed, start=start))
        self.plays_stored_games = start is None
        self._hand_over = HandOverRequest(context, context.player)
        self._was_paused = False
        self._name = player_name
        self._models = [entry for entry in context.models.read_all() if entry.error is None]
        (self._board,) = self._boards
        self._challenge = 0
        self._agent = AgentView(context)
        self._recent: deque[FinishedGame] = deque(maxlen=_MAX_RECENT_GAMES)
        self._best_lines = 0
        self._exports_saved_game = False
        self._buttons: list[Button] = []
        self._challenge_rects: list[tuple[int, Rect]] = []

    def enter(self) -> None:
        super().enter()
        self._task = replace(self._task, start=None)  # Other models and challenges start new games.

    # --- Taking over ---

    def _take_over(self) -> None:
        """Stop the model, and ask for its game."""
        self._was_paused = self._player.is_paused
        if self._hand_over.send():
            self._player.send(Pause())

    def _give_back(self, position: GamePosition | None) -> Transition:
        """Let the model continue from what a person leaves, or start a new game."""
        self._player.send(NewGame() if position is None else PlayOn(position))
        self._resume()
        return Pop()

    def _resume(self) -> None:
        if not self._was_paused:
            self._player.send(Resume())

    def update(self, now: float, dt: float) -> Transition | None:
        transition = super().update(now, dt)
        if not self._hand_over.has_answer:
            return transition
        position = self._hand_over.take()
        if position is None:
            self._resume()
            return transition
        return Push(TakeOverScene(self.context, position, self._give_back))

    # --- Input ---

    @property
    def shows_values(self) -> bool:
        return self._agent.is_shown

    def own_bindings(self) -> list[KeyBinding]:
        return [
            bind("", self._pause_or_restart, Action.CONFIRM),
            bind_pair(_("model"), self._change_model, Action.LEFT, Action.RIGHT),
            *(self._agent.own_bindings() or [self._challenge_binding()]),
            bind(_("take over"), self._take_over, Action.TAKE_OVER),
            self._agent.toggle_binding(),
            bind("" if self.context.is_locked else _("save replay"), lambda: self._save_game(), Action.SAVE),
            bind(self.context.videos.key_text, lambda: self._save_game(exports=True), Action.RECORD),
            bind(_("look-ahead"), self._toggle_lookahead, Action.LOOKAHEAD),
        ]

    def _challenge_binding(self) -> KeyBinding:
        return bind_pair(_("challenge"), self._change_challenge, Action.UP, Action.DOWN)

    def handle(self, event: InputEvent) -> Transition | None:
        if event.clicked and event.position is not None:
            return self._click(event.position)
        return super().handle(event)

    def _click(self, position: tuple[int, int]) -> Transition | None:
        """Handle a click on an arrow beside the name, a challenge, the look-ahead line, or a placement."""
        if self._agent.click(position):
            return None
        for button in self._buttons:
            if button.rect.collidepoint(position):
                return self.run_binding(button.action)
        for index, rect in self._challenge_rects:
            if rect.collidepoint(position) and index != self._challenge:
                self._choose_challenge(index)
        return None

    def _toggle_lookahead(self) -> None:
        self._change_task(replace(self._task, lookahead=not self._task.lookahead))

    def _change_challenge(self, direction: int) -> None:
        self._choose_challenge((self._challenge + direction) % len(CHALLENGES))

    def _choose_challenge(self, index: int) -> None:
        self._challenge = index
        self._forget_games()
        self._change_task(replace(self._task, env=CHALLENGES[index].env))

    def _change_model(self, direction: int) -> None:
        names = [model.name for model in self._models]
        if not names:
            return
        index = names.index(self._name) if self._name in names else 0
        self._name = names[(index + direction) % len(names)]
        self._forget_games()
        self._change_task(replace(self._task, players=(self._name,)))

    def _forget_games(self) -> None:
        """Clear the list: games of another model or challenge do not compare."""
        self._recent.clear()
        self._best_lines = 0

    def _save_game(self, *, exports: bool = False) -> None:
        """Save the running game as a replay; `exports`: and its last pieces as a video."""
        if self.context.is_locked:
            self.context.notify(_("Games cannot be saved here"), "warning")
        elif self._player.send(SaveGame()):
            self._exports_saved_game = exports

    def on_report(self, source: str, report: Report) -> None:
        super().on_report(source, report)
        if source != "player":
            return
        self._hand_over.on_report(report)
        if isinstance(report, GameEnded):
            self._recent.appendleft(FinishedGame(report.lines, report.pieces))
            self._best_lines = max(self._best_lines, report.lines)
        elif isinstance(report, GameSaved):
            self.context.notify(
                _("Saved to Replays ({lines} lines)").format(lines=format_number(report.lines)), "success"
            )
            if self._exports_saved_game:
                start = max(0, report.pieces - LAST_PIECES)
                self.context.videos.start(self.context.paths.replays / report.file_name, start)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        view = self._board.view
        name = self.context.models.display_name(self._name)
        names = name, *(model.display_name for model in self._models)
        layout = demo_layout(canvas, inset(canvas.rect, canvas.units(4)), view.height, *names)
        arrows = draw_head(canvas, layout.head, name, self._find_model())
        arrow = arrows[0].rect
        line = Rect(layout.head.x, arrow.y, layout.head.width, arrow.height)
        draw_mood(canvas, line, arrow, self._shown_effects(), canvas.theme.accent)
        other = self._agent.other(view)
        well = self._draw_board(canvas, layout.board, show_values=self._agent.is_shown, other=other)
        self.context.videos.draw(canvas, well)
        rate = float(self._player.frame["counters"]["timesteps_per_second"])
        draw_stats_panel(canvas, layout.stats, view, self._best_lines, self._player.speed, rate)
        self._buttons, self._challenge_rects = [*arrows], []
        if self._agent.is_shown:
            side = layout.challenge.union(layout.games)
            self._agent.draw(canvas, side, view, self._board.progress)
        else:
            self._draw_side(canvas, layout)
        canvas.explain(
            layout.head,
            _("Who plays: {keys}").format(
                keys=self.keys_text(_("change the model"), Action.LEFT, Action.RIGHT)
            ),
        )
        canvas.explain(layout.board, _("The game. With the agent's view, bright columns are good places."))
        canvas.explain(layout.stats, _("This game in numbers, and the next pieces"))

    def _draw_side(self, canvas: Canvas, layout: DemoLayout) -> None:
        """Draw the challenges, and the games before."""
        self._challenge_rects, lookahead = draw_challenge(
            canvas, layout.challenge, self._challenge, lookahead=self._task.lookahead
        )
        self._buttons.append(Button(lookahead, Action.LOOKAHEAD))
        draw_games(canvas, layout.games, self._recent)
        canvas.explain(
            layout.challenge,
            _("The rules: {keys}").format(keys=self.keys_text(_("change them"), Action.UP, Action.DOWN)),
        )
        canvas.explain(layout.games, _("The games before, the longest bar is the best"))

    def _find_model(self) -> tuple[int, int, ModelEntry | None]:
        """(the model's place in the list counted from 1, the length of the list, the model)."""
        for place, model in enumerate(self._models, 1):
            if model.name == self._name:
                return place, len(self._models), model
        return 0, len(self._models), None
