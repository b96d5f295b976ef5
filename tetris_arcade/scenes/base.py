"""What a screen is: it takes actions, it moves on, it draws; and says where to go next as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
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


@dataclass(frozen=True)
class KeyBinding:
    """What one or more actions do on a screen: run when pressed, and named by the footer and the help.

    A binding whose hint has no text works, but is not shown.
    """

    hint: Hint
    run: Callable[[Action], Transition | None]


def bind(text: str, run: Callable[[], Transition | None], *actions: Action) -> KeyBinding:
    """Bind actions to a method; the footer and the help describe it with `text`."""
    return KeyBinding(Hint(text, *actions), lambda _: run())


def bind_pair(
    text: str, run: Callable[[int], Transition | None], backward: Action, forward: Action
) -> KeyBinding:
    """Bind two opposite actions, such as left and right, to a method that gets -1 or 1."""
    return KeyBinding(Hint(text, backward, forward), lambda action: run(1 if action is forward else -1))


class Scene:
    """One screen. `handle` and `update` may return a transition; `draw` changes nothing and can be called
    twice."""

    title = ""
    header = ""
    """What the lit sign over the screen says; none where it is empty."""
    has_footer = True
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

    def bindings(self) -> list[KeyBinding]:
        """The keys that work here now, the most useful first."""
        return []

    def handle(self, event: InputEvent) -> Transition | None:
        """Take one input. By default, run the first binding of its action.

        Override this for pointer and text events only.
        """
        return None if event.action is None else self.run_binding(event.action)

    def run_binding(self, action: Action) -> Transition | None:
        """Run the first binding of an action, if there is one."""
        for binding in self.bindings():
            if action in binding.hint.actions:
                return binding.run(action)
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
        """What the footer shows as far as it fits, and the help shows in full."""
        return [binding.hint for binding in self.bindings() if binding.hint.description]
