"""Turns events of keys, mouse, touch and gamepads into input events with the actions that scenes handle."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Literal

import pygame
from pygame.event import Event

from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.ui.gamepads import DEAD_ZONE, GamepadReader
from tetris_arcade.ui.gestures import GestureReader
from tetris_arcade.ui.keyboard import KeyboardReader, KeyPress
from tetris_arcade.ui.play_controls import ControlReader
from tetris_arcade.ui.touch import TouchReader, is_touch


class Action(enum.Enum):
    """What a user can do; the value is the name in settings.toml."""

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
    LOOKAHEAD = "lookahead"
    SAVE = "save"
    GRAPH_PAGE = "graph_page"
    QR_CODE = "qr_code"
    IN_STEP = "in_step"
    ALL_GAMES = "all_games"
    THEN_AND_NOW = "then_and_now"
    MUTE = "mute"
    FULL_SCREEN = "full_screen"
    SCREENSHOT = "screenshot"
    RECORD = "record"
    HELP = "help"
    STOP = "stop"
    NEW_GAME = "new_game"
    COACH = "coach"
    TAKE_OVER = "take_over"
    INSIDE = "inside"
    CHANGE = "change"


CABINET_KEYS = ("1", "5")
"""Start and coin, which every arcade cabinet has, and which nobody presses at a desk."""
CABINET_BUTTONS: dict[Action, tuple[str, ...]] = {
    Action.CONFIRM: ("left ctrl",),
    Action.BACK: ("left alt",),
    Action.TAKE_OVER: ("left shift",),
    Action.COACH: ("z",),
}
"""Buttons 1, 2, 4 and 5 of most cabinets. At a desk such keys belong to combinations and to sticky keys."""
DEFAULT_KEYS: dict[Action, tuple[str, ...]] = {
    Action.UP: ("up",),
    Action.DOWN: ("down",),
    Action.LEFT: ("left",),
    Action.RIGHT: ("right",),
    Action.CONFIRM: ("return", *CABINET_KEYS, "keypad enter"),
    Action.BACK: ("escape", "backspace"),
    Action.PAUSE: ("p", "space"),
    Action.STEP: (".",),
    Action.FASTER: ("+", "=", "keypad +"),
    Action.SLOWER: ("-", "keypad -"),
    Action.VISUALS: ("v",),
    Action.VALUES: ("h",),
    Action.LOOKAHEAD: ("l",),
    Action.SAVE: ("s",),
    Action.GRAPH_PAGE: ("g",),
    Action.QR_CODE: ("q",),
    Action.IN_STEP: ("d",),
    Action.ALL_GAMES: ("b",),
    Action.THEN_AND_NOW: ("t",),
    Action.MUTE: ("m",),
    Action.FULL_SCREEN: ("f11",),
    Action.SCREENSHOT: ("f12",),
    Action.RECORD: ("r",),
    Action.HELP: ("f1", "?"),
    Action.STOP: ("x",),
    Action.NEW_GAME: ("n",),
    Action.COACH: ("k",),
    Action.TAKE_OVER: ("o",),
    Action.INSIDE: ("i",),
    Action.CHANGE: ("c",),
}
"""By pygame's key names."""
KeyNames = Mapping[str, tuple[str, ...]]
"""Names of keys or buttons, by the names of actions."""

Device = Literal["keys", "pointer", "pad", "cabinet", "touch"]
"""pointer: a mouse, beside which there is a keyboard."""
_CABINET_ONLY = frozenset({*CABINET_KEYS, *(key for keys in CABINET_BUTTONS.values() for key in keys)})
_DIRECTION_KEYS = frozenset({"up", "down", "left", "right"})


@dataclass(frozen=True)
class InputEvent:
    """One input.

    action: None for a key, character or pointer event without one. text: the typed characters. key: pygame's
    name of the key. pad_button: the name of a gamepad button. position: of the mouse or finger, in pixels.
    clicked: whether the position was clicked or tapped. scroll: wheel notches, up positive, as a finger that
    drags down. dropped_file: a path dropped on the window. repeated: whether the key is held down. control:
    what it presses, or releases if not `is_down`, in a game that is played, by which `player`, 0 or 1.
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
    control: Control | None = None
    is_down: bool = True
    player: int = 0


class InputMapper:
    """Turns pygame's events into `InputEvent`s, by a mapping that the settings can change.

    is_cabinet: whether the keyboard is that of an arcade cabinet, so that its modifiers are buttons. It is
    taken for one, too, once 1 (start) or 5 (coin) is pressed. device: the device used last, so that the
    screen can name its keys or buttons. num_mappings: counts the mappings, so that texts that name keys can
    be rebuilt after a change.
    """

    def __init__(
        self,
        keys: KeyNames | None = None,
        pad: KeyNames | None = None,
        dead_zone: float = DEAD_ZONE,
        *,
        is_cabinet: bool = False,
    ) -> None:
        self._actions: dict[str, Action] = {}
        self._keys: dict[Action, tuple[str, ...]] = {}
        self._custom_keys: KeyNames = {}
        self._custom_buttons: KeyNames = {}
        self._is_cabinet = is_cabinet
        self._keyboard = KeyboardReader()
        self._pads = GamepadReader()
        self._touch = TouchReader()
        self._gestures = GestureReader()
        self._alone, self._both = (ControlReader(),), (ControlReader(0), ControlReader(1))
        self._num_people = 0
        self._has_focus = True
        self.device: Device = "keys"
        self.num_mappings = 0
        self.remap(keys or {}, pad or {}, dead_zone)

    def remap(self, keys: KeyNames, pad: KeyNames, dead_zone: float = DEAD_ZONE) -> None:
        """Replace the mapping of actions to names of keys and buttons; custom keys override default ones.

        dead_zone: how far a stick must be tilted to count, 0..1.
        """
        self._custom_keys = keys
        self._custom_buttons = pad
        self._remap_keys()
        self._pads.remap(pad, dead_zone)

    @property
    def num_people(self) -> int:
        """How many people play a game, up to 2: keys and buttons of its controls do nothing else."""
        return self._num_people

    @num_people.setter
    def num_people(self, num_people: int) -> None:
        if num_people != self._num_people:
            self._num_people = num_people
            self._pads.release_all()
        self._keyboard.reserved = frozenset[str]().union(*(reader.key_names for reader in self._readers))

    @property
    def _readers(self) -> tuple[ControlReader, ...]:
        """Those of the people who play now."""
        return ((), self._alone, self._both)[self._num_people]

    def get_control_keys(self, control: Control | PlayerControl) -> tuple[str, ...]:
        """The names of the keys of a control."""
        reader, control = self._reader_of(control)
        return reader.get_keys(control)

    def get_control_buttons(self, control: Control | PlayerControl) -> tuple[str, ...]:
        """The names of the gamepad buttons of a control."""
        reader, control = self._reader_of(control)
        return reader.get_buttons(control)

    def _reader_of(self, control: Control | PlayerControl) -> tuple[ControlReader, Control]:
        if isinstance(control, Control):
            return self._alone[0], control
        return self._both[control.player], control.control

    def _remap_keys(self) -> None:
        custom = {name: action for action, names in _known(self._custom_keys).items() for name in names}
        default = {
            name: action
            for action in Action
            if action.value not in self._custom_keys
            for name in self._default_keys(action)
        }
        self._actions = {**default, **custom}
        self._keys = {
            action: tuple(name for name, mapped in self._actions.items() if mapped is action)
            for action in Action
        }
        self._keyboard.remap({name: action.value for name, action in self._actions.items()})
        for reader in (*self._alone, *self._both):
            reader.remap(self._custom_keys, self._custom_buttons, is_cabinet=self._is_cabinet)
        self.num_mappings += 1

    def _default_keys(self, action: Action) -> tuple[str, ...]:
        return (*DEFAULT_KEYS[action], *(CABINET_BUTTONS.get(action, ()) if self._is_cabinet else ()))

    def _note_cabinet(self, press: KeyPress) -> None:
        """From its first coin or start on, a keyboard is that of a cabinet."""
        if press.key in CABINET_KEYS and not press.text and not self._is_cabinet:
            self._is_cabinet = True
            self._remap_keys()

    def get_keys(self, action: Action) -> tuple[str, ...]:
        """The names of the keys that trigger an action."""
        return self._keys[action]

    def get_buttons(self, action: Action) -> tuple[str, ...]:
        """The names of the gamepad buttons that trigger an action."""
        return self._pads.get_buttons(action.value)

    @property
    def held_buttons(self) -> frozenset[str]:
        """The gamepad buttons that are down."""
        return self._pads.held_buttons

    @property
    def num_pads(self) -> int:
        """The number of gamepads that are connected."""
        return self._pads.num_pads

    @property
    def held_keys(self) -> Set[str]:
        """The names of the keys that are down, by the keyboard's layout and by their place."""
        return self._keyboard.held_keys

    def read(self, event: Event, *, is_typing: bool = False) -> list[InputEvent]:
        """The inputs that a pygame event completes; with `is_typing`, keys with a character type it."""
        self._keyboard.is_typing = is_typing
        inputs = self._from_keyboard(self._keyboard.read(event))
        if event.type == pygame.KEYDOWN:
            self._note_keys(pygame.key.name(event.key), is_typing=is_typing)
        elif is_touch(event):
            inputs += self._read_touch(event)
        elif event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEWHEEL):
            inputs += self._read_mouse(event)
        elif event.type == pygame.DROPFILE:
            inputs.append(InputEvent(dropped_file=event.file))
        else:
            inputs += self._read_pad(event)
        return [*inputs, *self._read_controls()]

    def _note_keys(self, name: str, *, is_typing: bool) -> None:
        """A key is a cabinet's if a cabinet has it, and few others press it; its stick may be either's."""
        if self._is_cabinet and name in _CABINET_ONLY and not is_typing:
            self.device = "cabinet"
        elif self.device != "cabinet" or name not in _DIRECTION_KEYS:
            self.device = "keys"

    def _read_controls(self) -> list[InputEvent]:
        """The controls that an event has pressed or released; what is held is followed at all times."""
        keys, none = self._keyboard.held_names, frozenset[str]()
        pads = (self._pads.held_names, *self._pads.held_names_of_two) if self._has_focus else (none,) * 3
        changes = [
            (reader, reader.read(keys, buttons))
            for reader, buttons in zip((*self._alone, *self._both), pads, strict=True)
        ]
        return [
            InputEvent(control=control, is_down=is_down, player=self._readers.index(reader))
            for reader, changed in changes
            if reader in self._readers
            for control, is_down in changed
        ]

    def _read_pad(self, event: Event) -> list[InputEvent]:
        """The inputs of a gamepad, which count only with the focus; without, its state is followed."""
        if event.type in (pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED):
            self._has_focus = event.type == pygame.WINDOWFOCUSGAINED
            self._pads.release_all()
        presses = self._pads.read(event)
        if not self._has_focus:
            self._pads.release_all()
            return []
        return self._from_pad(presses)

    def due(self, now: float) -> list[InputEvent]:
        """The inputs of released keys, and of what is held, at `now` in seconds. Call this once per frame."""
        return [*self._from_keyboard(self._keyboard.due(now)), *self._from_pad(self._pads.repeats(now))]

    def _from_keyboard(self, presses: list[KeyPress]) -> list[InputEvent]:
        for press in presses:
            self._note_cabinet(press)
        return [
            InputEvent(action=_action(press.action), text=press.text, key=press.key, repeated=press.repeated)
            for press in presses
        ]

    def _from_pad(self, presses: list[tuple[str, str, bool]]) -> list[InputEvent]:
        if presses:
            self.device = "pad"
        reserved = frozenset[str]().union(*(reader.button_names for reader in self._readers))
        return [
            InputEvent(action=_action(value), pad_button=button, repeated=repeated)
            for value, button, repeated in presses
            if button not in reserved
        ]

    def _read_touch(self, event: Event) -> list[InputEvent]:
        self.device = "touch"
        if self._num_people == 1 and (played := self._gestures.read(event)):
            self._touch.forget()
            return [InputEvent(control=control, is_down=down) for control in played for down in (True, False)]
        match self._touch.read(event):
            case ("tap", (int(x), int(y))):
                return [InputEvent(position=(x, y), clicked=True)]
            case ("drag", int(notches)):
                return [InputEvent(scroll=notches)]
        return []

    def _read_mouse(self, event: Event) -> list[InputEvent]:
        if event.type == pygame.MOUSEMOTION:
            return [InputEvent(position=event.pos)]
        if event.type == pygame.MOUSEWHEEL:
            return [InputEvent(scroll=event.y)]
        if event.button == pygame.BUTTON_LEFT:
            self.device = "pointer"
            return [InputEvent(position=event.pos, clicked=True)]
        if event.button == pygame.BUTTON_RIGHT:
            return [InputEvent(action=Action.BACK, position=event.pos)]
        return []


def _known(table: Mapping[str, tuple[str, ...]]) -> dict[Action, tuple[str, ...]]:
    return {action: names for name, names in table.items() if (action := _action(name)) is not None}


def _action(value: str) -> Action | None:
    return Action(value) if value in {action.value for action in Action} else None
