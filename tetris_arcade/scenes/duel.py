"""Two players side by side on the same pieces: running figures, the winner of each game, the match score."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Replace, Transition
from tetris_arcade.scenes.challenges import CHALLENGES
from tetris_arcade.scenes.interlude import Interlude, PlayScene
from tetris_arcade.scenes.playback import Playback
from tetris_arcade.scenes.speed import faster, slower, speed_name
from tetris_arcade.storage.slots import list_models
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cols, cut_top, inset
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.menu import Entry, Menu
from tetris_arcade.worker.messages import GameEnded, NewGame, Pause, PlayTask, Report, Resume, SetSpeed, Step


class DuelSetupScene(Interlude):
    """Chooses the two players."""

    title = "Duel"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._names = [entry.name for entry in list_models(context.paths) if entry.error is None]
        self._sides = [0, len(self._names) - 2 if len(self._names) > 2 else 0]
        self._challenge = 2
        self._menu = Menu(self._entries())

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        chosen = self._menu.handle(event)
        self._menu.replace(self._entries())
        if chosen == "start":
            left, right = (self._names[side] for side in self._sides)
            return Replace(self.hand_over(DuelScene(self.context, left, right, self._challenge)))
        return None

    def hints(self) -> list[Hint]:
        return [Hint("↑ ↓", "move"), Hint("← →", "change"), Hint("ENTER", "start"), Hint("ESC", "back")]

    def _entries(self) -> list[Entry]:
        return [
            Entry("start", "Start"),
            Entry("left", "Left", self._names[self._sides[0]], lambda by: self._turn(0, by)),
            Entry("right", "Right", self._names[self._sides[1]], lambda by: self._turn(1, by)),
            Entry("challenge", "Challenge", CHALLENGES[self._challenge].name, self._turn_challenge),
        ]

    def _turn(self, side: int, by: int) -> None:
        self._sides[side] = (self._sides[side] + by) % len(self._names)

    def _turn_challenge(self, by: int) -> None:
        self._challenge = (self._challenge + by) % len(CHALLENGES)

    def draw(self, canvas: Canvas) -> None:
        k = canvas.k
        width = min(canvas.rect.width - 16 * k, 360 * k)
        inside = canvas.panel(
            centered(canvas.rect, width, self._menu.height(canvas) + 40 * k), "Duel on the same pieces"
        )
        self._menu.draw(canvas, inside)


class DuelScene(PlayScene):
    """Each game has one seed for both sides; more lines win, then more pieces."""

    title = "Duel"

    def __init__(
        self, context: Context, left: str, right: str, challenge: int = 2, speed: float | None = 4.0
    ) -> None:
        super().__init__(context, PlayTask((left, right), CHALLENGES[challenge].env, speed=speed))
        self._names = [left, right]
        self._challenge = challenge
        self._playbacks = (Playback(), Playback())
        self._wins = [0, 0]
        self._ended: dict[int, GameEnded] = {}
        self._verdict = ""

    def _start(self, speed: float | None) -> None:
        env = CHALLENGES[self._challenge].env
        self._player.start(PlayTask((self._names[0], self._names[1]), env, speed=speed))

    def handle(self, event: InputEvent) -> Transition | None:
        action, player = event.action, self._player
        if action in (Action.BACK, Action.STOP):
            return Pop()
        if action is Action.PAUSE:
            player.send(Resume() if player.is_paused else Pause())
        elif action is Action.STEP and player.is_paused:
            player.send(Step())
        elif action in (Action.FASTER, Action.SLOWER):
            player.send(SetSpeed((faster if action is Action.FASTER else slower)(player.speed)))
        elif action is Action.CONFIRM:
            self._ended, self._verdict = {}, ""
            player.send(NewGame())
        elif action in (Action.LEFT, Action.RIGHT):
            self._swap()
        elif action in (Action.UP, Action.DOWN):
            self._challenge = (self._challenge + (1 if action is Action.DOWN else -1)) % len(CHALLENGES)
            self._ended, self._verdict = {}, ""
            player.send(NewGame(CHALLENGES[self._challenge].env))
        return None

    def hear(self, source: str, report: Report) -> None:
        if source != "player" or not isinstance(report, GameEnded):
            return
        self._ended[report.side] = report
        if len(self._ended) == 2:
            self._judge(self._ended[0], self._ended[1])
            self._ended = {}

    def update(self, now: float, dt: float) -> Transition | None:
        frame = self._player.frame
        for side in range(min(2, int(frame["num_boards"]))):
            self._playbacks[side].show(frame["boards"][side], dt, is_paused=self._player.is_paused)
        return None

    def hints(self) -> list[Hint]:
        return [
            Hint("P", "resume" if self._player.is_paused else "pause"),
            Hint("+ -", "speed"),
            Hint("ENTER", "rematch"),
            Hint("← →", "swap"),
            Hint("↑ ↓", "challenge"),
            Hint("ESC", "back"),
        ]

    def _judge(self, left: GameEnded, right: GameEnded) -> None:
        first, second = (left.lines, left.pieces), (right.lines, right.pieces)
        if first == second:
            self._verdict = "a draw"
            return
        winner = 0 if first > second else 1
        self._wins[winner] += 1
        self._verdict = f"{self._names[winner]} wins with {max(left.lines, right.lines):,} lines"
        self.context.tell(self._verdict, "good")

    def _swap(self) -> None:
        self._names.reverse()
        self._wins.reverse()
        self._ended, self._verdict = {}, ""
        self._start(self._player.speed)

    def draw(self, canvas: Canvas) -> None:
        k, theme = canvas.k, canvas.theme
        area = inset(canvas.rect, 4 * k)
        head, area = cut_top(area, canvas.line_height(2.0), 2 * k)
        canvas.text_in(f"{self._wins[0]} : {self._wins[1]}", head, theme.accent, 2.0)
        note, area = cut_top(area, canvas.line_height())
        challenge = f"{CHALLENGES[self._challenge].name}, {speed_name(self._player.speed)}"
        canvas.text_in(self._verdict or challenge, note, theme.good if self._verdict else theme.text_dim)
        views = [playback.view for playback in self._playbacks]
        for side, half in enumerate(cols(area, [1, 1], 8 * k)):
            leads = views[side].lines > views[1 - side].lines
            self._draw_side(canvas, half, side, theme.accent if leads else theme.text)

    def _draw_side(self, canvas: Canvas, area: Rect, side: int, color: Color) -> None:
        k, playback = canvas.k, self._playbacks[side]
        name, rest = cut_top(area, canvas.line_height() + 2 * k)
        canvas.text_in(self._names[side], name, color)
        figures, rest = cut_top(rest, canvas.line_height())
        view = playback.view
        canvas.text_in(f"{view.lines:,} lines  {view.score:,} points", figures, canvas.theme.text_dim)
        well = draw_board(canvas, rest, view, playback.progress)
        if view.is_empty:
            canvas.paragraph(self._player.message, inset(well, 6 * k), align="center")
