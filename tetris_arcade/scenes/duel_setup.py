"""Before a duel: who plays against whom, and what."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Replace, Transition
from tetris_arcade.scenes.challenges import CHALLENGES
from tetris_arcade.scenes.duel import DuelScene
from tetris_arcade.scenes.interlude import Interlude
from tetris_arcade.storage.slots import list_models
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom, cut_top, inset
from tetris_arcade.ui.widgets.menu import Entry, Menu

_FAVOURITES = ("champion", "bcts")
_DEFAULT_CHALLENGE = 2


class DuelSetupScene(Interlude):
    """Chooses the two players and the challenge."""

    title = "Duel"
    marquee = "Duel"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._names = [entry.name for entry in list_models(context.paths) if entry.error is None]
        self._sides = [self._place_of(name) for name in _FAVOURITES]
        self._challenge = _DEFAULT_CHALLENGE
        self._menu = Menu(self._entries())

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        before = (self._menu.chosen, *self._sides, self._challenge)
        chosen = self._menu.handle(event)
        self._menu.replace(self._entries())
        if (self._menu.chosen, *self._sides, self._challenge) != before:
            self.context.audio.play("move")
        if chosen == "start":
            left, right = (self._names[side] for side in self._sides)
            return Replace(self.hand_over(DuelScene(self.context, left, right, self._challenge)))
        return None

    def hints(self) -> list[Hint]:
        return [Hint("↑ ↓", "move"), Hint("← →", "change"), Hint("ENTER", "start"), Hint("ESC", "back")]

    def _place_of(self, name: str) -> int:
        return self._names.index(name) if name in self._names else 0

    def _entries(self) -> list[Entry]:
        return [
            Entry("start", "Start the duel"),
            Entry("left", "Left", self._names[self._sides[0]], lambda by: self._turn(0, by)),
            Entry("right", "Right", self._names[self._sides[1]], lambda by: self._turn(1, by)),
            Entry("challenge", "Challenge", CHALLENGES[self._challenge].name, self._turn_challenge),
        ]

    def _turn(self, side: int, by: int) -> None:
        self._sides[side] = (self._sides[side] + by) % len(self._names)

    def _turn_challenge(self, by: int) -> None:
        self._challenge = (self._challenge + by) % len(CHALLENGES)

    def draw(self, canvas: Canvas) -> None:
        k, theme = canvas.k, canvas.theme
        width = min(canvas.rect.width - 16 * k, 360 * k)
        names, note = canvas.text_height(2.0) + 14 * k, 3 * canvas.line_height()
        whole = centered(canvas.rect, width, names + self._menu.height(canvas) + note + 14 * k)
        inside = inset(canvas.panel(whole), k)
        head, rest = cut_top(inside, names)
        self._draw_names(canvas, head)
        note_rect, rest = cut_bottom(rest, note)
        self._menu.draw(canvas, rest)
        about = CHALLENGES[self._challenge].about
        words = f"{about} Both sides get the same pieces; more lines win."
        canvas.paragraph(words, inset(note_rect, 2 * k), theme.text_dim)

    def _draw_names(self, canvas: Canvas, rect: Rect) -> None:
        """One against the other, as on a poster."""
        theme, k = canvas.theme, canvas.k
        canvas.text_in("VS", rect, theme.text_dim)
        half = rect.width // 2 - 14 * k
        places = (Rect(rect.x, rect.y, half, rect.height), Rect(rect.right - half, rect.y, half, rect.height))
        words = [self._names[side].upper() for side in self._sides]
        is_large = all(canvas.text_width(word, 2.0) <= half for word in words)
        for place, word, color in zip(places, words, (theme.greedy, theme.warning), strict=True):
            canvas.text_in(word, place, color, 2.0 if is_large else 1.0)
