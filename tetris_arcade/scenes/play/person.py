"""A person's game on the screen: its inputs, its sounds, and what is shown of the last moments."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tetris_arcade.realtime.controls import HELD_CONTROLS, Control
from tetris_arcade.realtime.events import (
    Attacked,
    Ended,
    GameEvent,
    GarbageRose,
    Held,
    LevelRaised,
    Locked,
    Moved,
)
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.widgets.played_board import Flash, PlayedBoard

_FLASH_SECONDS = {False: 0.12, True: 0.28}
"""By whether rows were cleared."""
_CALLOUT_SECONDS = 1.8


@dataclass(frozen=True)
class Callout:
    """What a placement is called, its points, and the share of its time that is left.

    sent, cancelled: rows of garbage.
    """

    names: tuple[str, ...]
    points: int
    share: float = 1.0
    sent: int = 0
    cancelled: int = 0

    def faded(self, dt: float) -> Callout | None:
        """The same, `dt` seconds later; None if its time is over."""
        share = self.share - dt / _CALLOUT_SECONDS
        return replace(self, share=share) if share > 0 else None


class Person:
    """Takes inputs at any time; they count from the next call of `advance`, in their order.

    callout: the name of the last remarkable placement, None if it was long ago.
    """

    def __init__(self, game: RealtimeGame, audio: Audio) -> None:
        self.game = game
        self.callout: Callout | None = None
        self._audio = audio
        self._held: set[Control] = set()
        self._waiting: list[tuple[Control, bool]] = []
        self._flashes: list[tuple[Locked, float]] = []
        """(what locked, seconds ago)."""

    # --- Input ---

    def take(self, control: Control, *, is_down: bool) -> None:
        """Take one input."""
        (self._held.add if is_down else self._held.discard)(control)
        self._waiting.append((control, is_down))

    def start(self) -> None:
        """The countdown is over: what was pressed during it counts only if it is still held."""
        self._waiting = [(control, True) for control in Control if control in self._held & HELD_CONTROLS]

    def release_all(self) -> None:
        """Let go of everything, as when another screen has the input."""
        self._held.clear()
        self._waiting.clear()
        self.game.release_all()

    # --- Time ---

    def advance(self, to_us: int, dt: float) -> list[GameEvent]:
        """Advance the game to a time, then press what was pressed; returns what happened.

        dt: the seconds since the last frame.
        """
        game = self.game
        game.advance(to_us)
        for control, is_down in self._waiting:
            (game.press if is_down else game.release)(control)
        self._waiting.clear()
        self.fade(dt)
        events = game.take_events()
        for event in events:
            self._note(event)
        return events

    def fade(self, dt: float) -> None:
        """Let what is shown of the last moments fade for some seconds."""
        aged = ((locked, age + dt) for locked, age in self._flashes)
        self._flashes = [(locked, age) for locked, age in aged if age < _FLASH_SECONDS[bool(locked.rows)]]
        if self.callout is not None:
            self.callout = self.callout.faded(dt)

    def _note(self, event: GameEvent) -> None:
        """Show and sound what has happened."""
        match event:
            case Moved() | Held():
                self._audio.play("tick")
            case LevelRaised():
                self._audio.play("confirm")
            case Ended():
                self._audio.play("best" if event.is_finished else "over")
            case Locked():
                self._note_placement(event)
            case Attacked() if self.callout is not None:
                self.callout = replace(self.callout, points=0, sent=event.rows, cancelled=event.cancelled)
            case GarbageRose():
                self._flashes.clear()  # the cells that locked are elsewhere now
                self._audio.play("back")

    def _note_placement(self, locked: Locked) -> None:
        placement = locked.placement
        self._flashes.append((locked, 0.0))
        if placement.names:
            self.callout = Callout(placement.names, locked.points)
        is_great = placement.is_difficult or placement.all_clear
        self._audio.play("tetris" if is_great else "clear" if placement.lines else "lock")

    # --- What is shown ---

    @property
    def board(self) -> PlayedBoard:
        """The board as it is now."""
        game = self.game
        return PlayedBoard(
            game.board.visible_cells(),
            game.piece,
            game.ghost,
            game.lock_share,
            list(map(_flash, self._flashes)),
        )


def _flash(locked_and_age: tuple[Locked, float]) -> Flash:
    locked, age = locked_and_age
    cells = () if locked.rows else locked.piece.cells
    return Flash(cells, locked.rows, 1.0 - age / _FLASH_SECONDS[bool(locked.rows)])
