"""Remapping: choose an action, then press its new key or gamepad button."""

from __future__ import annotations

from dataclasses import replace

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.scenes.base import Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene, menu_heading
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import DEFAULT_KEYS, Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_bottom, cut_top, inset
from tetris_arcade.ui.widgets.footer import Hint

_MAX_KEYS_SHOWN = 3
_NOTE = N_("Each key can do only one thing.")
_Named = Action | Control | PlayerControl
_NAMES: dict[Action | Control, str] = {
    Action.VISUALS: N_("show, hide board"),
    Action.VALUES: N_("agent's view"),
    Action.LOOKAHEAD: N_("look-ahead"),
    Action.SAVE: N_("save copy or replay"),
    Action.RECORD: N_("save video"),
    Action.STEP: N_("one move"),
    Action.QR_CODE: N_("QR code"),
    Action.IN_STEP: N_("train in step"),
    Action.ALL_GAMES: N_("all games"),
    Action.THEN_AND_NOW: N_("then and now"),
    Action.MUTE: N_("mute"),
    Action.STOP: N_("stop"),
    Action.CONFIRM: N_("choose"),
    Control.ROTATE_RIGHT: N_("rotate clockwise"),
    Control.ROTATE_LEFT: N_("rotate back"),
    Control.ROTATE_HALF: N_("turn around"),
    Action.UP: N_("up"),
    Action.DOWN: N_("down"),
    Action.LEFT: N_("left"),
    Action.RIGHT: N_("right"),
    Action.BACK: N_("back"),
    Action.PAUSE: N_("pause"),
    Action.FASTER: N_("faster"),
    Action.SLOWER: N_("slower"),
    Action.GRAPH_PAGE: N_("graph page"),
    Action.FULL_SCREEN: N_("full screen"),
    Action.SCREENSHOT: N_("screenshot"),
    Action.HELP: N_("help"),
    Action.NEW_GAME: N_("new game"),
    Action.INSIDE: N_("inside the learner"),
    Action.CHANGE: N_("change the training"),
    Control.MOVE_LEFT: N_("move left"),
    Control.MOVE_RIGHT: N_("move right"),
    Control.SOFT_DROP: N_("soft drop"),
    Control.HARD_DROP: N_("hard drop"),
    Control.HOLD: N_("hold"),
}


class KeySettingsScene(MenuScene):
    """One line per action, and per control of the game. While it waits for a key, no key does anything else.

    shows_game: whether the controls of the game come first.
    """

    title = "Keys and pad"
    header = N_("Keys and pad")
    has_music = True
    choose_text = N_("change")

    def __init__(self, context: Context, *, shows_game: bool = False) -> None:
        super().__init__(context)
        self._shows_game = shows_game
        self._waiting_for: _Named | None = None

    @property
    def captures_all_keys(self) -> bool:  # type: ignore[override]
        return self._waiting_for is not None

    def handle(self, event: InputEvent) -> Transition | None:
        if self._waiting_for is None:
            return super().handle(event)
        self._assign(self._waiting_for, event)
        self.refresh()
        return None

    def hints(self) -> list[Hint]:
        if self._waiting_for is None:
            return super().hints()
        return [Hint(_("cancel"), Action.BACK)]

    def _wait_for(self, action: _Named) -> None:
        self._waiting_for = action

    def _assign(self, action: _Named, event: InputEvent) -> None:
        """Take a key or a button for the action, except the one that the footer names; it cancels."""
        inputs = self.context.settings.input
        if event.pad_button:
            self._save(inputs.keys, {**inputs.pad, action.value: (event.pad_button,)})
        elif event.key == self._cancel_key or (event.action is Action.BACK and not event.key):
            pass  # the action keeps its keys
        elif event.key:
            self._save({**inputs.keys, action.value: (event.key,)}, inputs.pad)
        else:
            return
        self._waiting_for = None

    @property
    def _cancel_key(self) -> str | None:
        return self.context.key_hints.shown_key(Action.BACK)

    def _save(self, keys: dict[str, tuple[str, ...]], pad: dict[str, tuple[str, ...]]) -> None:
        settings = self.context.settings
        self.context.change_settings(replace(settings, input=replace(settings.input, keys=keys, pad=pad)))

    def entries(self) -> list[MenuEntry]:
        reset = MenuEntry("defaults", _("Reset all to defaults"), choose=lambda: self._save({}, {}))
        menus = [menu_heading(_("Menus and screens")), *map(self._entry, DEFAULT_KEYS)]
        game = [menu_heading(_("While you play")), *map(self._entry, Control)]
        for player in (0, 1):
            game.append(menu_heading(_("Two people: player {number}").format(number=player + 1)))
            game += [self._entry(PlayerControl(player, control)) for control in Control]
        return [reset, *game, *menus] if self._shows_game else [reset, *menus, *game]

    def _entry(self, action: _Named) -> MenuEntry:
        key_labels, button_labels = self.context.key_hints.all_labels(action)
        keys = "  ".join(key_labels[:_MAX_KEYS_SHOWN]) or _("no key")
        button = "".join(button_labels[:1])
        if action is self._waiting_for:
            keys, button = _("press a key..."), ""
        named = action.control if isinstance(action, PlayerControl) else action
        name = _(_NAMES.get(named, named.value.replace("_", " ")))
        return MenuEntry(action.value, name, button, left_value=keys, choose=lambda: self._wait_for(action))

    def draw(self, canvas: Canvas) -> None:
        units, theme = canvas.units, canvas.theme
        area = inset(canvas.rect, units(8))
        note, area = cut_bottom(area, 2 * canvas.line_height(), units(4))
        width = min(area.width, units(460))
        head_height = canvas.line_height() + units(2)
        height = min(area.height, self.menu.height(canvas) + head_height + units(14))
        inside = inset(canvas.panel(centered(area, width, height)), units(2))
        head, menu = cut_top(inside, head_height)
        for name, end in zip((_("keyboard"), _("pad")), self.menu.value_columns(canvas, menu), strict=True):
            place = Rect(head.x, head.y, end - head.x, head.height)
            canvas.text_in(name, place, theme.text_faint, align="right")
        self.menu.draw(canvas, menu)
        canvas.explain(menu, _("What each key and button does: choose a line to change it"))
        canvas.explain(note, _("What to do now"))
        text = _(_NOTE) if self._waiting_for is None else _("Press the new key or button.")
        canvas.paragraph(text, note, theme.text_dim, align="center")
