"""A person's game on the screen: its inputs, its sounds, and its effects."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.realtime.board import HIDDEN_ROWS
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
from tetris_arcade.scenes.play.board_sounds import DangerSound, landing_sound
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.landing import Landing, filled_rows
from tetris_arcade.ui.widgets.played_board import PlayedBoard

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
        self.effects = BoardEffects()
        self._audio, self._danger = audio, DangerSound(audio)
        self._held: set[Control] = set()
        self._waiting: list[tuple[Control, bool]] = []

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
        cells = game.board.visible_cells()
        game.advance(to_us)
        for control, is_down in self._waiting:
            (game.press if is_down else game.release)(control)
        self._waiting.clear()
        self.fade(dt)
        events = game.take_events()
        for event in events:
            self._note(event, cells)
        self._danger.follow(self.effects)
        return events

    def fade(self, dt: float) -> None:
        """Let what is shown of the last moments fade for some seconds."""
        self.effects.advance(dt)
        if self.callout is not None:
            self.callout = self.callout.faded(dt)

    def _note(self, event: GameEvent, cells: NDArray[np.uint8]) -> None:
        """Show and sound what has happened; cells: (H, 10) the board before."""
        match event:
            case Moved() | Held():
                self._audio.play("tick")
            case LevelRaised():
                self._audio.play("confirm")
            case Ended():
                self._audio.play("best" if event.is_finished else "over")
                if event.reason == "goal":
                    self.effects.celebrate()
                elif not event.is_finished:
                    self.effects.end()
            case Locked():
                self._note_placement(event, cells)
            case Attacked() if self.callout is not None:
                self.callout = replace(self.callout, points=0, sent=event.rows, cancelled=event.cancelled)
            case GarbageRose():
                self.effects.move_pile()
                self._audio.play("back")

    def _note_placement(self, locked: Locked, cells: NDArray[np.uint8]) -> None:
        if locked.placement.names:
            self.callout = Callout(locked.placement.names, locked.points)
        landing = _landing(locked, cells, self.game.board.visible_cells())
        self.effects.land(landing)
        self._audio.play(landing_sound(landing))

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
            self.effects,
        )


def _landing(locked: Locked, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Landing:
    """A piece that locked, on the visible cells, (H, 10) before and after that."""
    cells = tuple((row - HIDDEN_ROWS, col) for row, col in locked.piece.cells)
    rows = tuple(row - HIDDEN_ROWS for row in locked.rows if row >= HIDDEN_ROWS)
    filled = np.flatnonzero(after.any(axis=1))
    placement, value = locked.placement, locked.piece.piece + 1
    return Landing(
        cells,
        value,
        rows,
        filled_rows(before, cells, value, rows),
        int(filled[0]) if len(filled) else len(after),
        len(after),
        placement.combo,
        is_hard_drop=locked.fallen_rows > 0,
        is_great=placement.is_difficult or placement.all_clear,
    )
