"""Who gets an input: the footer's buttons, the kiosk, the scene on top, or a key that works everywhere."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pygame

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.help import HelpScene
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.storage.atomic import write_file_atomic
from tetris_arcade.storage.errors import StorageError, describe_os_error
from tetris_arcade.ui.display import Display
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.key_names import combination_label
from tetris_arcade.ui.keyboard import FULL_SCREEN_KEYS
from tetris_arcade.ui.widgets.footer import Button, Hint

_MENU_HINTS = (
    Hint(N_("move, change"), Action.UP, Action.DOWN, Action.LEFT, Action.RIGHT),
    Hint(N_("choose"), Action.CONFIRM),
    Hint(N_("back"), Action.BACK),
)
"""What these keys do on most screens, for the help."""


class InputFilter(Protocol):
    """Sees every input first; a kiosk's controller is one."""

    def takes(self, event: InputEvent, scenes: SceneStack) -> bool:
        """Whether the input goes no further."""


class InputRouter:
    """Passes each input to the one that it is for.

    buttons: what can be clicked outside of the scenes, as it was drawn last.
    """

    def __init__(
        self,
        context: Context,
        scenes: SceneStack,
        display: Display,
        key_hints: KeyHints,
        input_filter: InputFilter | None = None,
    ) -> None:
        self._context, self._scenes, self._display = context, scenes, display
        self._key_hints = key_hints
        self._filter = input_filter
        self.buttons: list[Button] = []

    def route(self, event: InputEvent) -> Transition | None:
        """Handle one input; returns where to go."""
        event = self._press_button(event)
        if self._scenes.is_empty or (self._filter is not None and self._filter.takes(event, self._scenes)):
            return None
        transition = self._dispatch(event)
        if transition is not None:
            self._context.audio.play("back" if isinstance(transition, Pop) else "confirm")
        return transition

    def _dispatch(self, event: InputEvent) -> Transition | None:
        top = self._scenes.top
        if self._is_reserved_by_scene(event):
            return top.handle(event)
        if event.dropped_file and not top.accepts_files:
            self._context.imports.add(Path(event.dropped_file))
            return None
        for binding in self._global_bindings():
            if event.action in binding.hint.actions:
                # Full screen, for one, must not flicker while its key is held down.
                return None if event.repeated else binding.run(event.action)
        return top.handle(event)

    def hints(self) -> list[Hint]:
        """The hints of the scene on top, after the one for giving up a video that is being made."""
        hints = self._scenes.top.hints()
        video_hint = self._context.videos.hint if self._has_video_key else None
        if video_hint is None:
            return hints
        return [video_hint, *(hint for hint in hints if hint.actions != video_hint.actions)]

    def _press_button(self, event: InputEvent) -> InputEvent:
        """The action of the button that was clicked, or the event as it is."""
        if event.clicked and event.position is not None:
            for button in self.buttons:
                if button.rect.collidepoint(event.position):
                    return InputEvent(action=button.action)
        return event

    def _is_reserved_by_scene(self, event: InputEvent) -> bool:
        """Whether a key is the scene's, whatever it does elsewhere: a typed letter, or any key."""
        top = self._scenes.top
        return top.captures_all_keys or (top.captures_text and bool(event.text))

    # --- The keys that work everywhere ---

    def _global_bindings(self) -> list[KeyBinding]:
        bindings = [
            bind(_("help"), self._toggle_help, Action.HELP),
            bind(
                _("full screen, also {keys}").format(keys=combination_label(*FULL_SCREEN_KEYS)),
                self._toggle_full_screen,
                Action.FULL_SCREEN,
            ),
            bind(_("screenshot"), self._save_screenshot, Action.SCREENSHOT),
            bind(_("mute"), self._toggle_mute, Action.MUTE),
        ]
        if self._has_video_key and self._context.videos.is_busy:
            bindings.append(bind("", self._context.videos.cancel, Action.STOP))
        return bindings

    @property
    def _has_video_key(self) -> bool:
        """Whether the stop key gives up a video: not on a screen where it types a letter or has no footer."""
        top = self._scenes.top
        return top.has_footer and not top.captures_text and not top.captures_all_keys

    def _toggle_help(self) -> Transition:
        if isinstance(self._scenes.top, HelpScene):
            return Pop()
        global_hints = [binding.hint for binding in self._global_bindings() if binding.hint.description]
        here, always = map(self._key_hints.items, (self.hints(), [*_MENU_HINTS, *global_hints]))
        return Push(HelpScene(self._context, here, always))

    def _toggle_full_screen(self) -> None:
        settings = self._context.settings
        display = replace(settings.display, full_screen=not self._display.is_full_screen)
        self._context.change_settings(replace(settings, display=display))

    def _toggle_mute(self) -> None:
        settings = self._context.settings
        sound = replace(settings.sound, muted=not settings.sound.muted)
        self._context.change_settings(replace(settings, sound=sound))
        self._context.notify(_("Sound off") if sound.muted else _("Sound on"), "info")

    def _save_screenshot(self) -> None:
        file = self._context.paths.replays / "screenshots" / f"{datetime.now():%Y%m%d-%H%M%S-%f}.png"
        content = io.BytesIO()  # SDL cannot open files whose names are not UTF-8.
        try:
            pygame.image.save(self._display.surface, content, file.name)
            write_file_atomic(file, content.getvalue())
        except (StorageError, pygame.error) as error:
            reason = describe_os_error(error.__cause__ or error)
            self._context.notify(_("Screenshot not saved: {reason}").format(reason=reason), "error")
        else:
            self._context.notify(_("Screenshot saved: {name}").format(name=file.name), "success")
