"""What is read aloud: the screen that opens, the line that is chosen, messages."""

from __future__ import annotations

from tetris_arcade.languages import get_language
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.services.speech import Speech

_SETTLING_SECONDS = 0.25
"""For how long the text must be the same, so that moving through a menu quickly reads only the last line."""


class Reader:
    """Reads the screen aloud while the settings ask for it. Call `update` once per frame."""

    def __init__(self, context: Context, speech: Speech | None = None) -> None:
        self._context, self._speech = context, speech or Speech()
        self._screen: Scene | None = None
        self._parts: tuple[str, str, str] = ("", "", "")
        """(heading, chosen line, message) as they were said."""
        self._seen = self._parts
        self._since = 0.0

    @property
    def is_available(self) -> bool:
        """Whether this system has a program that speaks."""
        return self._speech.is_available

    def update(self, now: float, screen: Scene, line: str, message: str) -> None:
        """Say what is new. line: what is highlighted outside of the screen, "" for nothing."""
        if not self._context.settings.access.read_aloud:
            if self._screen is not None:
                self._screen = None
                self._speech.be_quiet()
            return
        parts = (screen.spoken_heading(), line or screen.spoken_line(), message)
        if parts != self._seen or screen is not self._screen:
            if screen is not self._screen:
                self._screen, self._parts = screen, ("", "", self._parts[2])
            self._seen, self._since = parts, now
        if now - self._since < _SETTLING_SECONDS or parts == self._parts:
            return
        new = [part for part, before in zip(parts, self._parts, strict=True) if part and part != before]
        self._parts = parts
        if new:
            self._speech.say(". ".join(new), get_language().code)

    def close(self) -> None:
        self._speech.close()
