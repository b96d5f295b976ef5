"""The base of the screens on which a person plays: countdown, pause, time, restart and input."""

from __future__ import annotations

import math
import random
from pathlib import Path

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.realtime.stored_games import stored_game
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.scenes.play.game_menus import PauseMenu
from tetris_arcade.scenes.play.one_button import OneButtonHand
from tetris_arcade.scenes.play.pause_training import TrainingPausingScene
from tetris_arcade.scenes.play.person import Person
from tetris_arcade.scenes.play.person_panels import CONTROL_HINTS, draw_countdown
from tetris_arcade.scenes.play.save_game import save_if_worth_it
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.footer import Hint

COUNTDOWN_SECONDS = 1.8
_COUNTDOWN_NUMBERS = 3
_GO_US = SECOND // 2
"""For how long "GO!" is shown."""
_MAX_STEP_SECONDS = 0.25
"""A longer gap between two frames is no time of the game."""
_MAX_SEED = 2**32


def new_seed() -> int:
    """A seed for pieces that nobody has seen."""
    return random.SystemRandom().randrange(_MAX_SEED)


class PersonScene(TrainingPausingScene):
    """Counts down, then runs a game on the screen's clock. Another screen over it pauses the game.

    A subclass makes the games in `make_games`, says what follows its end in `after_end`, and draws.
    saved_file: where the game is saved once it is over, None if it is not.
    """

    num_people = 1
    saves_game = True
    """Whether a game that is over is kept as a replay."""
    restart_text = N_("new game")
    """What `restart` does, for footer and menus."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._is_covered = self._leaves = False
        self._last_now: float | None = None
        self.restart()

    @property
    def is_still(self) -> bool:
        return self._is_covered

    # --- What a screen makes of it ---

    def make_games(self) -> tuple[RealtimeGame, ...]:
        """A new game for each person."""
        raise NotImplementedError

    @property
    def is_ready(self) -> bool:
        """Whether the countdown may begin."""
        return True

    @property
    def is_over(self) -> bool:
        """Whether the game is over, or decided."""
        return self.game.is_over

    def on_go(self) -> None:
        """The game starts, or continues after a pause."""

    def on_halt(self) -> None:
        """The game does not run any more: it is paused, or over."""

    def after_end(self, seconds: float) -> Transition | None:
        """Called in each frame after the end, with the seconds since."""
        return None

    def save_game(self) -> Path | None:
        """Keep the game that is over as a replay; returns its file, None if it is not kept."""
        return save_if_worth_it(self.context, stored_game(self.game), self.game.tally.lines)

    # --- The game ---

    def restart(self) -> None:
        """Start a new game, with new pieces."""
        self._people = tuple(Person(game, self.context.audio) for game in self.make_games())
        self._ended_seconds: float | None = None
        self.saved_file: Path | None = None
        access = self.context.settings.access
        self._hand = (
            OneButtonHand(access.scan_seconds) if access.one_button and self.num_people == 1 else None
        )
        self._start_countdown()

    def leave_soon(self) -> None:
        """Close the screen once it is on top again."""
        self._leaves = True

    @property
    def _person(self) -> Person:
        """The person, or the first of two."""
        return self._people[0]

    @property
    def game(self) -> RealtimeGame:
        """The game that is played, or the first of two."""
        return self._person.game

    def _start_countdown(self) -> None:
        self._elapsed_us, self._countdown, self._told_number = self.game.now_us, COUNTDOWN_SECONDS, 0

    # --- Other screens over it ---

    def cover(self) -> None:
        self._is_covered = True
        for person in self._people:
            person.release_all()
        self.on_halt()

    def enter(self) -> None:
        if self._is_covered and not self.is_over:
            self._start_countdown()
        self._is_covered = False

    def on_focus_lost(self) -> Transition | None:
        return self._pause()

    def _pause(self) -> Transition | None:
        return None if self.is_over else Push(PauseMenu(self.context, self, self.pause_entries))

    def pause_entries(self) -> list[MenuEntry]:
        """Lines of the pause menu that only this screen has."""
        return []

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        return [
            bind(_("pause"), self._pause, Action.PAUSE),
            bind("", self._pause, Action.CONFIRM),  # the start button of a cabinet
            bind(self.restart_text, self.restart, Action.NEW_GAME),
            bind(_("menu"), self._leave_or_pause, Action.BACK),
        ]

    def hints(self) -> list[Hint]:
        return [*super().hints(), *self.control_hints]

    @property
    def control_hints(self) -> tuple[Hint, ...]:
        """What the controls do."""
        return CONTROL_HINTS

    def _leave_or_pause(self) -> Transition | None:
        return Pop() if self.is_over else self._pause()

    def handle(self, event: InputEvent) -> Transition | None:
        if self._hand is not None and (event.control is not None or event.clicked):
            if event.is_down and self._countdown <= 0:
                self._tap(self._hand.press())
        elif event.control is not None:
            if event.player < len(self._people):
                self._people[event.player].take(event.control, is_down=event.is_down)
        elif event.clicked and len(self._people) == 1:
            for is_down in (True, False):
                self._person.take(Control.ROTATE_RIGHT, is_down=is_down)
        else:
            return super().handle(event)
        return None

    def _tap(self, controls: list[Control]) -> None:
        for control in controls:
            for is_down in (True, False):
                self._person.take(control, is_down=is_down)

    # --- Time ---

    def update(self, now: float, dt: float) -> Transition | None:
        step = min(now - (now if self._last_now is None else self._last_now), _MAX_STEP_SECONDS)
        self._last_now = now
        if self._is_covered:
            return None
        if self._leaves:
            return Pop()
        if self.is_over:
            return self._follow_end(step)
        if self._countdown > 0:
            self._count_down(step)
        else:
            self._elapsed_us += round(step * SECOND)
        if self._countdown <= 0:
            if self._hand is not None:
                self._tap(self._hand.update(self.game, step))
            self.advance_games(self._elapsed_us, step)
        return None

    def advance_games(self, to_us: int, dt: float) -> None:
        """Let time pass up to a moment, `dt` seconds after the last frame, then take the inputs."""
        for person in self._people:
            person.advance(to_us, dt)

    def _follow_end(self, step: float) -> Transition | None:
        if self._ended_seconds is None:
            self._ended_seconds = 0.0
            self.on_halt()
            if self.saves_game:
                self.saved_file = self.save_game()
        self._ended_seconds += step
        for person in self._people:
            person.fade(step)
        return self.after_end(self._ended_seconds)

    def _count_down(self, step: float) -> None:
        if not self.is_ready:
            return
        self._countdown -= step
        if self._countdown <= 0:
            for person in self._people:
                person.start()
            self.on_go()
        elif self._countdown_number != self._told_number:
            self._told_number = self._countdown_number
            self.context.audio.play("move")

    @property
    def _countdown_number(self) -> int:
        return math.ceil(self._countdown / COUNTDOWN_SECONDS * _COUNTDOWN_NUMBERS)

    # --- Drawing ---

    @property
    def hides_board(self) -> bool:
        """Whether the board is hidden: nobody thinks about the next piece during a pause."""
        return self._is_covered and not self.is_over

    def draw_start(self, canvas: Canvas, well: Rect) -> None:
        """Draw the countdown over a board."""
        if self._is_covered or self.is_over:
            return
        if self._countdown > 0 and self.is_ready:
            draw_countdown(canvas, well, str(self._countdown_number))
        elif self._countdown <= 0 and self.game.now_us < _GO_US:
            draw_countdown(canvas, well, _("GO!"))
