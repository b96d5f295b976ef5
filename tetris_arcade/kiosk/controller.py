"""The controller of a kiosk's window: returns to the attract loop, enforces the lock, prevents burn-in."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from pygame import Surface

from tetris_arcade.config.settings import AccessSettings, KioskSettings, Settings
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter
from tetris_arcade.kiosk.night import NightScene
from tetris_arcade.kiosk.operator_menu import OperatorActions, OperatorMenu, make_pin_dialog
from tetris_arcade.kiosk.screen_power import ScreenPower
from tetris_arcade.kiosk.training_keeper import TrainingKeeper
from tetris_arcade.kiosk.visits import VisitCounter
from tetris_arcade.languages import _, format_number
from tetris_arcade.scenes.attract import AttractScene, starts_turn
from tetris_arcade.scenes.base import Push, Reset, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.display import allow_screen_saver
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.operator_keys import HeldButton, HeldCombination
from tetris_arcade.ui.widgets.countdown import Countdown
from tetris_arcade.worker.shared.messages import TrainTask

logger = logging.getLogger(__name__)

_COUNTDOWN_SECONDS = 10.0
_MAX_COUNTDOWN_SHARE = 0.6
_SHIFT_SECONDS = 45.0
_SHIFT_PATH = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1))
"""Offsets in units, one after the other, so that no pixel shows the same edge for weeks."""
_DIM_ALPHA = 170
_LOCKED_ACTIONS = {Action.FULL_SCREEN, Action.SCREENSHOT, Action.MUTE}
_MAX_DRIFT_TURNS = 3
"""For how many idle limits movements of the mouse alone keep the kiosk from its attract loop."""
_MAX_FAULTS = 5
_FAULT_WINDOW_SECONDS = 60.0
_SECONDS_PER_MINUTE, _MINUTES_PER_HOUR = 60, 60
_MIN_RUN_SECONDS = 90.0 * _SECONDS_PER_MINUTE
"""A window that runs for less than this is not restarted: its hour is the one in which it was started."""


@dataclass(frozen=True)
class KioskRules:
    """How the kiosk runs: its settings, the training (None: none), and whether a visitor may exit.

    show_pin: whether the PIN is new, so that the operator has to see it.
    """

    settings: KioskSettings
    training: TrainTask | None = None
    allow_exit: bool = False
    show_pin: bool = False


@dataclass(frozen=True)
class KioskEnvironment:
    """What the controller needs from outside the window.

    heartbeat: written in every frame. exit: ends the program for good. restart: ends it for another window
    to take its place. read_settings: reads the settings file; returns the settings with the command line's
    options applied, the rules, and a message if the file has an error. local_time: the time of day.
    """

    heartbeat: HeartbeatWriter
    exit: Callable[[], None]
    restart: Callable[[], None]
    read_settings: Callable[[], tuple[Settings, KioskRules, str | None]]
    local_time: Callable[[], datetime] = datetime.now
    screen_power: ScreenPower = field(default_factory=ScreenPower)


class KioskController:
    """Lives as long as the kiosk's window, which asks it before it obeys a visitor."""

    def __init__(self, context: Context, rules: KioskRules, environment: KioskEnvironment) -> None:
        self._context, self._rules, self._environment = context, rules, environment
        actions = OperatorActions(self._reload_settings, self._restart_workers, environment.exit)
        self._operator_menu = OperatorMenu(context, actions)
        self._operator_keys = HeldCombination()
        self._training_keeper = TrainingKeeper(context, rules.training)
        self._language = context.settings.display.language
        self._last_input_at: float | None = None
        self._last_press_at = 0.0
        self._fault_times: deque[float] = deque(maxlen=_MAX_FAULTS)
        self._started_at: float | None = None
        self._now = 0.0
        self._access = context.settings.access
        self._one_button_hold = HeldButton()
        self._ignores_release = False
        """Whether the key that was held for something else still has to be released, which would choose."""
        self._is_restarting = False
        self._is_screen_on = True
        self._visits = VisitCounter(context.paths, is_on=rules.settings.statistics)
        allow_screen_saver(False)
        if rules.settings.screen_off:
            environment.screen_power.turn(on=True)  # A window that was killed may have left it off.

    # --- Visitors ---

    @property
    def may_leave(self) -> bool:
        """Whether closing the window, or going back from the title, ends the program."""
        return self._rules.allow_exit

    def takes(self, event: InputEvent, scenes: SceneStack) -> bool:
        """Note that a visitor is present; returns whether the input goes no further."""
        self._note_visitor(event)
        if self._ignores_release and event.action is not None:
            self._ignores_release = False
            return True
        return event.action in _LOCKED_ACTIONS and not _is_unattended(scenes)

    def _note_visitor(self, event: InputEvent) -> None:
        """Count the time from now; a mouse that only drifts, or a held key, is no visitor for long."""
        if starts_turn(event):
            self._visits.start(self._now, self._environment.local_time())
        is_drift = event.position is not None and event.action is None and not event.clicked
        if not is_drift and not event.repeated:
            self._last_press_at = self._now
        limit = self._last_press_at + _MAX_DRIFT_TURNS * self._rules.settings.idle_seconds
        self._last_input_at = max(self._last_input_at or 0.0, min(self._now, limit))

    def allows(self, scenes: SceneStack, transition: Transition) -> bool:
        """Whether the window may follow a transition: not if it would end the program."""
        return self.may_leave or not scenes.would_empty(transition)

    # --- Frames ---

    def update(
        self, now: float, scenes: SceneStack, keys: Set[str], pad_buttons: Set[str]
    ) -> list[Transition]:
        """Run once per frame; returns where the window must go. `keys` and `pad_buttons` are down."""
        self._now = now
        self._environment.heartbeat.beat(now)
        self._training_keeper.update(now)
        if self._started_at is None:
            self._started_at = now
            return self._start()
        if self._operator_keys.is_triggered(now, keys, pad_buttons) and not scenes.holds(NameEntryScene):
            question = self._operator_menu.ask_pin(self._rules.settings.pin, self._status(), now)
            return [] if question is None else [Push(question)]
        self._environment.screen_power.update()
        if _is_unattended(scenes):
            return self._update_unattended(scenes)
        self._update_visit(scenes)
        self._update_one_button(now, scenes, keys, pad_buttons)
        return [] if self._idle_seconds_left > 0 else self.return_to_attract()

    def _update_visit(self, scenes: SceneStack) -> None:
        """Count what the visitor opens, and have the screen on."""
        self._visits.note(scenes)
        self._set_screen(on=True)

    def _update_one_button(
        self, now: float, scenes: SceneStack, keys: Set[str], pad_buttons: Set[str]
    ) -> None:
        """A button that is held turns the play with one button on or off, until the visitor has left."""
        if self._one_button_hold.is_triggered(now, keys, pad_buttons) and scenes.top.can_be_scanned:
            self._ignores_release = bool(keys)
            access = self._context.settings.access
            self._set_access(replace(access, one_button=not access.one_button))
            if access.one_button:
                self._context.notify(_("Play with one button is off"), "info")
            else:
                self._context.notify(_("One button: wait for the line that you want, then press"), "success")

    def _set_access(self, access: AccessSettings) -> None:
        settings = self._context.settings
        if settings.access != access:
            self._context.change_settings(replace(settings, access=access))

    def _update_unattended(self, scenes: SceneStack) -> list[Transition]:
        """Change between day and night, and restart at the hour for it, while nobody is there."""
        if self._is_time_to_restart():
            self._is_restarting = True
            self._environment.restart()
            return []
        is_night = self._is_screen_off_hour()
        if is_night is not scenes.holds(NightScene):
            return self.return_to_attract()
        self._set_screen(on=not is_night)
        return []

    def _is_time_to_restart(self) -> bool:
        seconds = 0.0 if self._started_at is None else self._now - self._started_at
        hour = self._rules.settings.restart_hour
        return seconds >= _MIN_RUN_SECONDS and self._environment.local_time().hour == hour

    def _set_screen(self, *, on: bool) -> None:
        """Turn the screen on or off if it is not; SDL, which keeps a screen awake, must not wake it."""
        if on != self._is_screen_on:
            self._is_screen_on = on
            allow_screen_saver(not on)
            self._environment.screen_power.turn(on=on)

    def _start(self) -> list[Transition]:
        """The first screens: the attract loop, or a new PIN, which is shown until nobody answers."""
        pin = self._rules.settings.pin
        if pin is None or not self._rules.show_pin:
            return self.return_to_attract()
        self._last_input_at = self._last_press_at = self._now
        return [Reset(TitleScene(self._context)), Push(make_pin_dialog(self._context, pin))]

    def return_to_attract(self) -> list[Transition]:
        """Stop the demo, undo the visitor's changes, and go to the attract loop or the black screen."""
        self._visits.end(self._now if self._last_input_at is None else self._last_input_at)
        self._last_input_at = self._last_press_at = self._now
        self._context.player.rest()
        self._training_keeper.undo_visitor_changes()
        self._undo_language()
        self._set_access(self._access)
        settings = self._rules.settings
        if self._is_screen_off_hour():
            return [Reset(TitleScene(self._context)), Push(NightScene(self._context))]
        attract = AttractScene(self._context, settings.playlist, settings.rotate_seconds)
        return [Reset(TitleScene(self._context)), Push(attract)]

    def _undo_language(self) -> None:
        """Speak the settings' language again; a visitor may have chosen another one."""
        settings = self._context.settings
        if settings.display.language != self._language:
            display = replace(settings.display, language=self._language)
            self._context.change_settings(replace(settings, display=display))

    def start_turn(self) -> None:
        """Count the time until the attract loop from now, as if a visitor had come."""
        self._last_input_at = self._last_press_at = self._now

    def tolerates_fault(self) -> bool:
        """Note that a frame failed; returns whether the window may continue with another screen.

        If faults come in quick succession, the attract loop itself is broken, and only a new process helps.
        """
        self._fault_times.append(self._now)
        return (
            len(self._fault_times) < _MAX_FAULTS or self._now - self._fault_times[0] > _FAULT_WINDOW_SECONDS
        )

    @property
    def _idle_seconds_left(self) -> float:
        last_input_at = self._now if self._last_input_at is None else self._last_input_at
        return last_input_at + self._rules.settings.idle_seconds - self._now

    def close(self) -> None:
        """The window closes: count the visit, and leave the screen on unless another window follows."""
        self._visits.close(self._now if self._last_input_at is None else self._last_input_at)
        self._environment.screen_power.close(leaves_off=self._is_restarting)

    # --- The operator ---

    def _status(self) -> str:
        """For the operator: "Running 3 h 20 min, training. Today: 41 visits, 2.1 min each, 17 games"."""
        started_at = self._now if self._started_at is None else self._started_at
        hours, minutes = divmod(int((self._now - started_at) / _SECONDS_PER_MINUTE), _MINUTES_PER_HOUR)
        duration = (
            _("{hours} h {minutes} min").format(hours=format_number(hours), minutes=minutes)
            if hours
            else _("{minutes} min").format(minutes=minutes)
        )
        is_training = self._context.trainer.is_busy
        text = _("Running {duration}, training") if is_training else _("Running {duration}, not training")
        parts = [text.format(duration=duration)]
        if self._visits.is_on:
            parts.append(self._visits.summary(self._environment.local_time()))
        if self._rules.settings.screen_off and self._environment.screen_power.is_refused:
            parts.append(_("The screen cannot be turned off here: it is black at night"))
        return ". ".join(parts)

    def _reload_settings(self) -> str:
        pin = self._rules.settings.pin
        settings, self._rules, problem = self._environment.read_settings()
        if self._rules.settings.pin is None:
            self._rules = replace(self._rules, settings=replace(self._rules.settings, pin=pin))
        self._context.change_settings(settings)
        self._language = settings.display.language
        self._access = settings.access
        self._visits.is_on = self._rules.settings.statistics
        self._training_keeper.change(self._rules.training)
        return problem or _("Settings reloaded")

    def _restart_workers(self) -> str:
        self._context.player.stop()
        self._training_keeper.restart()
        return _("Player and trainer restarted")

    # --- Drawing ---

    def countdown(self, scenes: SceneStack) -> Countdown | None:
        """How soon the attract loop returns; None while there is time."""
        seconds_left = self._idle_seconds_left
        # With a short idle limit, shorten the countdown.
        limit = min(_COUNTDOWN_SECONDS, self._rules.settings.idle_seconds * _MAX_COUNTDOWN_SHARE)
        if seconds_left > limit or _is_unattended(scenes):
            return None
        return Countdown(seconds_left, max(0.0, seconds_left / limit))

    def draw(self, canvas: Canvas) -> None:
        """Draw the dimming over the picture, and shift all of it."""
        if self._is_dim_hour() and not self._rules.settings.screen_off:
            canvas.dim(canvas.surface.get_rect(), (0, 0, 0), _DIM_ALPHA)
        self._shift(canvas.surface, canvas.units(1))

    def _is_screen_off_hour(self) -> bool:
        return self._rules.settings.screen_off and self._is_dim_hour()

    def _is_dim_hour(self) -> bool:
        """Whether the screen is dark at this hour; the hours may span midnight."""
        hours = self._rules.settings.dim_hours
        if hours is None or hours[0] == hours[1]:
            return False
        start, end = hours
        hour = self._environment.local_time().hour
        return start <= hour < end if start < end else hour >= start or hour < end

    def _shift(self, surface: Surface, unit: int) -> None:
        col, row = _SHIFT_PATH[int(self._now / _SHIFT_SECONDS) % len(_SHIFT_PATH)]
        if col or row:
            surface.scroll(col * unit, row * unit)


def _is_unattended(scenes: SceneStack) -> bool:
    """Whether nobody has come since the attract loop or the night began."""
    return scenes.holds(AttractScene) or scenes.holds(NightScene)
