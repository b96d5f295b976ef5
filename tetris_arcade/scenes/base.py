"""The base of all screens, their key bindings, and transitions between screens as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tetris_arcade.languages import _
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.worker.shared.messages import Report


@dataclass(frozen=True)
class Push:
    """Put a scene on top; the scene below stays."""

    scene: Scene


@dataclass(frozen=True)
class Pop:
    """Return to the scene below, which then gets the input `then`."""

    then: InputEvent | None = None


@dataclass(frozen=True)
class Replace:
    """Replace this scene by another one."""

    scene: Scene


@dataclass(frozen=True)
class Reset:
    """Close all scenes and start with this one."""

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
    """One screen. `handle` and `update` may return a transition; `draw` changes nothing."""

    title = ""
    header = ""
    """The text of the header over the screen; no header if empty."""
    has_footer = True
    """Whether the footer with the keys is shown."""
    has_music = False
    """Whether the music plays here; an overlay does not change it."""
    is_overlay = False
    """Whether the scene below is drawn first and shows through."""
    covers_explanations = False
    """Whether the help explains only this scene, and not the one that shows through."""
    captures_text = False
    """Whether keys that type a character are text here."""
    captures_all_keys = False
    """Whether every key belongs to the scene, even those that work everywhere else."""
    num_people = 0
    """How many people play a game here, up to 2: its controls have their keys and buttons, at once and while
    held."""
    accepts_files = False
    """Whether the scene takes files that are dropped on the window."""

    scan_action = Action.CONFIRM
    """What the one button does with an item of the screen, for those who play with one."""
    scan_pace = 1.0
    """How long the highlight stays on an item, as a share of the time that the settings give."""

    @property
    def can_be_scanned(self) -> bool:
        """Whether a highlight may walk over the screen: not where every key counts, or a game is played."""
        return not self.captures_all_keys and not self.num_people

    @property
    def num_scanned_items(self) -> int:
        """How many items of the screen the highlight walks over, besides the footer's buttons."""
        return 0

    def scan_to(self, index: int) -> None:
        """Highlight one of them, from 0."""

    def spoken_heading(self) -> str:
        """What is read aloud when the screen opens."""
        return _(self.header or self.title)

    def spoken_line(self) -> str:
        """What is chosen on the screen; read aloud when it changes."""
        return ""

    @property
    def is_still(self) -> bool:
        """Whether the picture changes only with input, a worker's reports and records, and the clock.

        A still picture is drawn twice a second.
        """
        return False

    def __init__(self, context: Context) -> None:
        self.context = context

    def enter(self) -> None:
        """The scene has become the top one, for the first time or again."""

    def cover(self) -> None:
        """An overlay is put over it, until `enter` is called again."""

    def leave(self) -> None:
        """Another scene, which is no overlay, takes its place on the screen."""

    def close(self) -> None:
        """The scene is removed: release what it holds."""

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
        """Advance by one frame, while the scene is visible.

        `now` is a monotonic clock, `dt` the time since the last frame, both in seconds. Only the top scene's
        transition is followed.
        """
        return None

    def change_language(self) -> None:
        """The language has changed: rebuild texts that are kept."""

    def on_focus_lost(self) -> Transition | None:
        """The window has lost the focus, while this is the top scene."""
        return None

    def on_report(self, source: str, report: Report) -> None:
        """Handle a report of a worker, "trainer" or "player"; every scene on the stack gets it."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the whole scene over the background. Called twice, it draws the same."""

    def keys_text(self, description: str, *actions: Action) -> str:
        """What keys or buttons do, as a part of a sentence: "← → change the model"."""
        return self.context.key_hints.format_hint(Hint(description, *actions))

    def hints(self) -> list[Hint]:
        """The hints for the footer, which shows as many as fit, and for the help, which shows all."""
        return [binding.hint for binding in self.bindings() if binding.hint.description]
