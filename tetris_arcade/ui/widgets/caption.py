"""Captions of sounds: what can be heard, as a line of text above the footer."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.ui.audio import COMBO_SOUNDS
from tetris_arcade.ui.canvas import Canvas

CAPTIONS: dict[str, str] = {
    "move": "",
    "confirm": "",
    "back": "",
    "tick": "",
    "lock": N_("a piece lands"),
    "drop": N_("a piece lands"),
    "clear": N_("line cleared"),
    **dict.fromkeys(COMBO_SOUNDS, N_("lines again and again")),
    "tetris": N_("a great move"),
    "best": N_("fanfare"),
    "record": N_("a new record"),
    "danger": N_("the pile is near the top"),
    "over": N_("game over"),
    "music": N_("music"),
}
"""By sounds; those that only answer a key have none."""
_MINOR = frozenset({"lock", "drop"})
"""Sounds that come with every piece, and do not take the place of another caption."""
_SECONDS, _MIN_SECONDS = 1.8, 1.0


class Caption:
    """The caption of the last sound."""

    def __init__(self) -> None:
        self._sound = ""
        self._since: float | None = None
        self._now = 0.0

    @property
    def text(self) -> str:
        """The text on the screen, "" for none."""
        return f"[{_(CAPTIONS[self._sound])}]" if self._sound else ""

    def add(self, sound: str) -> None:
        """A sound is played, or would be if the sound were on."""
        age = 0.0 if self._since is None else self._now - self._since
        is_read = self._sound in ("", *_MINOR) or age >= _MIN_SECONDS
        if not CAPTIONS.get(sound) or (sound in _MINOR and not is_read):
            return
        self._sound, self._since = sound, self._now

    def update(self, now: float) -> None:
        self._now = now
        if self._since is not None and not 0.0 <= now - self._since < _SECONDS:
            self._sound, self._since = "", None

    def height(self, canvas: Canvas) -> int:
        """The height in pixels, whether there is a text or not: the screen above it must not jump."""
        return canvas.line_height() + canvas.units(4)

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        if self.text:
            canvas.text_in(self.text, rect, canvas.theme.text)
