"""Input is not action: keys, mouse, touch and pads become the few actions that scenes know."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

import pygame
from pygame.event import Event

from tetris_arcade.ui.pads import PadReader


class Action(enum.Enum):
    """What a person can want; the value is its name in settings.toml."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    CONFIRM = "confirm"
    BACK = "back"
    PAUSE = "pause"
    STEP = "step"
    FASTER = "faster"
    SLOWER = "slower"
    VISUALS = "visuals"
    VALUES = "values"
    SAVE = "save"
    GRAPH_PAGE = "graph_page"
    MUTE = "mute"
    FULL_SCREEN = "full_screen"
    SCREENSHOT = "screenshot"
    HELP = "help"
    STOP = "stop"


DEFAULT_KEYS: dict[Action, tuple[str, ...]] = {
    Action.UP: ("up",),
    Action.DOWN: ("down",),
    Action.LEFT: ("left",),
    Action.RIGHT: ("right",),
    # 1 (start), 5 (coin) and Left Ctrl are a cabinet's usual buttons.
    Action.CONFIRM: ("return", "keypad enter", "1", "5", "left ctrl"),
    Action.BACK: ("escape", "backspace", "left alt"),
    Action.PAUSE: ("p", "space"),
    Action.STEP: (".",),
    Action.FASTER: ("+", "=", "keypad +"),
    Action.SLOWER: ("-", "keypad -"),
    Action.VISUALS: ("v",),
    Action.VALUES: ("h",),
    Action.SAVE: ("s",),
    Action.GRAPH_PAGE: ("g",),
    Action.MUTE: ("m",),
    Action.FULL_SCREEN: ("f11",),
    Action.SCREENSHOT: ("f12",),
    Action.HELP: ("f1", "?"),
    Action.STOP: ("x",),
}
"""pygame's key names; the contract's keys, and a cabinet's."""


@dataclass(frozen=True)
class InputEvent:
    """One thing a person did.

    action: what it means, None for a plain key, character or pointer event. text: characters typed. key:
    pygame's key
    name. position: where the mouse or finger is, in pixels. clicked: pressed or touched there. scroll:
    wheel notches,
    up positive. dropped_file: a path dropped on the window. repeated: held down, not pressed anew.
    """

    action: Action | None = None
    text: str = ""
    key: str = ""
    pad_button: str = ""
    position: tuple[int, int] | None = None
    clicked: bool = False
    scroll: int = 0
    dropped_file: str = ""
    repeated: bool = False


class InputMapper:
    """Turns pygame's events into `InputEvent`s, by a mapping that settings can change."""

    def __init__(
        self, keys: dict[str, tuple[str, ...]] | None = None, pad: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        self._actions: dict[str, Action] = {}
        for action, names in {**DEFAULT_KEYS, **_known(keys or {})}.items():
            for name in names:
                self._actions[name] = action
        self._pads = PadReader(pad or {})

    def keys_of(self, action: Action) -> tuple[str, ...]:
        """The names of the keys that mean an action."""
        return tuple(name for name, mapped in self._actions.items() if mapped is action)

    def read(self, event: Event) -> list[InputEvent]:
        """What one pygame event means; an empty list where it means nothing to scenes."""
        if event.type == pygame.KEYDOWN:
            return [self._read_key(event)]
        if event.type == pygame.MOUSEMOTION:
            return [InputEvent(position=event.pos)]
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            return [InputEvent(position=event.pos, clicked=True)]
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_RIGHT:
            return [InputEvent(action=Action.BACK, position=event.pos)]
        if event.type == pygame.MOUSEWHEEL:
            return [InputEvent(scroll=event.y)]
        if event.type == pygame.DROPFILE:
            return [InputEvent(dropped_file=event.file)]
        return [
            InputEvent(action=Action(value) if value else None, pad_button=button)
            for value, button in self._pads.read(event)
        ]

    def _read_key(self, event: Event) -> InputEvent:
        name = pygame.key.name(event.key)
        text = event.unicode if event.unicode.isprintable() else ""
        found = InputEvent(text=text, key=name, repeated=bool(getattr(event, "repeat", False)))
        if name == "return" and event.mod & pygame.KMOD_ALT:
            return replace(found, action=Action.FULL_SCREEN)
        # What a key prints wins over where it lies: + and ? are elsewhere on other keyboards.
        return replace(
            found, action=self._actions.get(text) if text in self._actions else self._actions.get(name)
        )


def _known(table: dict[str, tuple[str, ...]]) -> dict[Action, tuple[str, ...]]:
    values = {action.value for action in Action}
    return {Action(name): names for name, names in table.items() if name in values}
