"""What a screen is: it takes actions, it moves on, it draws; and says where to go next as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import InputEvent
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.worker.shared.messages import Report


@dataclass(frozen=True)
class Push:
    """Put a scene on top; the one below stays."""

    scene: Scene


@dataclass(frozen=True)
class Pop:
    """Go back to the scene below, which then gets `then`."""

    then: InputEvent | None = None


@dataclass(frozen=True)
class Replace:
    """Put a scene in the place of this one."""

    scene: Scene


@dataclass(frozen=True)
class Reset:
    """Leave all scenes and start again with this one."""

    scene: Scene


@dataclass(frozen=True)
class Quit:
    """Close the program."""


Transition = Push | Pop | Replace | Reset | Quit


class Scene:
    """One screen. `handle` and `update` may return a transition; `draw` changes nothing and can be called
    twice."""

    title = ""
    header = ""
    """What the lit sign over the screen says; none where it is empty."""
    has_foot = True
    """Whether the line with the keys is shown."""
    has_music = False
    """Whether the tune plays here; overlays leave it as it is."""
    is_overlay = False
    """Whether the scene below shows through and is drawn first."""
    captures_text = False
    """Whether keys that type something are letters here."""
    captures_all_keys = False
    """Whether every key is the scene's, and none is everybody's."""

    accepts_files = False
    """Whether files that are dropped are the scene's."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def enter(self) -> None:
        """The scene comes to be on top, for the first time or again."""

    def leave(self) -> None:
        """Another scene takes the place on the screen; an overlay does not."""

    def close(self) -> None:
        """The scene goes for good: let go of what it holds."""

    def handle(self, event: InputEvent) -> Transition | None:
        return None

    def update(self, now: float, dt: float) -> Transition | None:
        """Move on, while the scene can be seen. `now` is a monotonic clock, `dt` the time since the last
        frame, both in seconds. Only the scene on top can go somewhere."""
        return None

    def on_report(self, source: str, report: Report) -> None:
        """A worker ("trainer" or "player") reported something; every scene on the stack hears it."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the whole scene; the background is there already."""

    def hints(self) -> list[Hint]:
        """The keys that work here, the most useful first: the foot line shows as many as fit, the help
        all."""
        return []
