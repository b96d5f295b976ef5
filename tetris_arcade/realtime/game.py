"""One game in real time, exact to the microsecond: what happens depends on the times of the inputs only, not
on how often the game is advanced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.handling import INSTANT, Handling
from tetris_arcade.realtime.attack import attack_rows
from tetris_arcade.realtime.auto_shift import NEVER, AutoShift
from tetris_arcade.realtime.board import HIDDEN_ROWS, Board
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.events import (
    Attacked,
    Ended,
    EndReason,
    GameEvent,
    GarbageRose,
    Held,
    LevelRaised,
    Locked,
    Moved,
)
from tetris_arcade.realtime.falling_piece import T_PIECE, FallingPiece, spawned_piece
from tetris_arcade.realtime.garbage import GarbageQueue
from tetris_arcade.realtime.modes import LINES_PER_LEVEL, MAX_LEVEL, SECOND, GameMode, fall_interval
from tetris_arcade.realtime.scoring import HARD_DROP_POINTS, SOFT_DROP_POINTS, ClearChain, Placement, Spin
from tetris_arcade.realtime.seven_bag import SevenBag
from tetris_arcade.realtime.wall_kicks import QUARTER_TURN_TESTS

NUM_PREVIEWS = 5
LOCK_DELAY_US = SECOND // 2
MAX_LOCK_RESETS = 15
"""Moves and rotations of a piece on the ground that restart the lock delay; each new lowest row allows as
many again."""

_SPAWN_ROW = HIDDEN_ROWS - 2
_QUARTER_TURNS = {Control.ROTATE_RIGHT: 1, Control.ROTATE_HALF: 2, Control.ROTATE_LEFT: 3}
_SPIN_CORNERS = ((0, 0), (0, 2), (2, 2), (2, 0))
"""(row, col) of the corners of a T's box, clockwise; with rotation r it points between r and r + 1."""

Kick = Literal["near", "far"] | None
"""How the last action, a rotation, succeeded: "far" by the last test of a quarter turn; None for a move."""


@dataclass(frozen=True)
class TimedInput:
    """A control that is pressed or released at a time of the game."""

    time_us: int
    control: Control
    is_down: bool


@dataclass(frozen=True)
class ReceivedGarbage:
    """Rows of garbage that the other side sends at a time of the game."""

    time_us: int
    rows: int


GameInput = TimedInput | ReceivedGarbage


@dataclass
class Tally:
    """What a player has achieved in a game."""

    score: int = 0
    lines: int = 0
    pieces: int = 0
    tetrises: int = 0
    t_spins: int = 0
    best_combo: int = 0
    all_clears: int = 0
    sent: int = 0
    """Rows of garbage that have reached the other side."""


class RealtimeGame:
    """A game of one player. Advance it to a time, then press and release controls at that time.

    now_us: the time of the game, which starts at 0. piece: the falling piece, None when the game is over.
    held_piece: 0..6, None for none. can_hold: whether the hold has not been used for this piece. inputs: all
    that was pressed, released and received. With the same seed, mode, level, handling and inputs a game is
    the same.
    """

    def __init__(
        self,
        mode: GameMode,
        seed: int,
        handling: Handling | None = None,
        level: int = 1,
        start: GamePosition | None = None,
    ) -> None:
        """start: the board, of any height, and the first pieces; None for an empty board."""
        self.mode, self.seed, self.start_level = mode, seed, level
        self.handling = handling or Handling()
        self.board = Board() if start is None else Board(start.height)
        self.tally = Tally()
        self.level = level
        self.now_us = 0
        self.piece: FallingPiece | None = None
        self.held_piece: int | None = None
        self.can_hold = True
        self.end: Ended | None = None
        self.inputs: list[GameInput] = []
        self.garbage = GarbageQueue(seed, is_attack_game=mode.has_attacks)
        self._bag = SevenBag(seed, () if start is None else start.piece_numbers)
        if start is not None:
            self.board.load(start.cells)
        self._shift = AutoShift(self.handling)
        self._down: set[Control] = set()
        self._events: list[GameEvent] = []
        self._fall_at = self._lock_at = NEVER
        self._lowest_row = 0
        self._has_landed = False
        self._lock_resets = 0
        self._last_kick: Kick = None
        self._chain = ClearChain()
        self._outgoing_rows = 0
        self._spawn(self._bag.take())

    # --- For those who show it ---

    @property
    def is_over(self) -> bool:
        return self.end is not None

    @property
    def next_pieces(self) -> tuple[int, ...]:
        """(5,) pieces 0..6."""
        return self.peek_pieces(NUM_PREVIEWS)

    def peek_pieces(self, count: int) -> tuple[int, ...]:
        """The next `count` pieces, 0..6."""
        return self._bag.peek(count)

    @property
    def ghost(self) -> FallingPiece | None:
        """Where the piece would land."""
        return None if self.piece is None else self.board.dropped(self.piece)

    @property
    def time_left_us(self) -> int | None:
        """None without a time limit."""
        return None if self.mode.limit_us is None else max(0, self.mode.limit_us - self.now_us)

    @property
    def lock_share(self) -> float:
        """How much of the lock delay has passed, 0..1; 0 while the piece falls."""
        if self._lock_at == NEVER:
            return 0.0
        return min(1.0, max(0.0, 1.0 - (self._lock_at - self.now_us) / LOCK_DELAY_US))

    def take_events(self) -> list[GameEvent]:
        """What has happened since the last call, in order."""
        events, self._events = self._events, []
        return events

    # --- Time ---

    def advance(self, to_us: int) -> None:
        """Let time pass up to a moment; an earlier one changes nothing."""
        self._run_due(to_us)
        if not self.is_over:
            self.now_us = max(self.now_us, to_us)

    def _run_due(self, to_us: int) -> None:
        """Do what is due by itself up to a moment."""
        while not self.is_over:
            due, run = self._next_due()
            if due > to_us:
                return
            self.now_us = max(self.now_us, due)
            run()

    @property
    def next_due_us(self) -> int:
        """When something happens by itself next; NEVER once the game is over."""
        return NEVER if self.is_over else self._next_due()[0]

    def _next_due(self) -> tuple[int, Callable[[], None]]:
        """(time, what is due), the earliest; a move before a fall, and a fall before a lock."""
        return min(
            (self._shift.due_at, self._run_shift),
            (self._fall_at, self._run_fall),
            (self._lock_at, self._lock),
            (self.garbage.next_due_us, self.garbage.receive_due),
            (NEVER if self.mode.limit_us is None else self.mode.limit_us, self._run_out_of_time),
            key=lambda timer: timer[0],
        )

    def _run_out_of_time(self) -> None:
        self._end_game("time")

    # --- Input ---

    def press(self, control: Control) -> None:
        """Press a control now; nothing happens if it is down, or the game is over."""
        if self.is_over or control in self._down:
            return
        self._note_input(control, is_down=True)
        self._act(control)
        self._run_due(self.now_us)  # with delays of 0

    def _act(self, control: Control) -> None:
        match control:
            case Control.MOVE_LEFT | Control.MOVE_RIGHT:
                self._move(self._shift.press(control, self.now_us))
            case Control.SOFT_DROP:
                self._start_soft_drop()
            case Control.HARD_DROP:
                self._hard_drop()
            case Control.HOLD:
                self._hold()
            case _:
                self._rotate(_QUARTER_TURNS[control])

    def release(self, control: Control) -> None:
        """Release a control now."""
        if self.is_over or control not in self._down:
            return
        self._note_input(control, is_down=False)
        if control in (Control.MOVE_LEFT, Control.MOVE_RIGHT):
            self._shift.release(control, self.now_us)
        elif control is Control.SOFT_DROP and self._fall_at != NEVER:
            self._fall_at = self.now_us + fall_interval(self.level)
        self._run_due(self.now_us)

    def release_all(self) -> None:
        """Release everything, as when the game is paused."""
        for control in sorted(self._down, key=lambda control: control.value):
            self.release(control)

    # --- Garbage ---

    def receive_garbage(self, rows: int) -> None:
        """Take an attack of the other side now; nothing happens if the game is over."""
        if not self.is_over:
            self.inputs.append(ReceivedGarbage(self.now_us, rows))
            self.garbage.receive(rows, self.now_us)

    def take_attack(self) -> int:
        """The rows for the other side since the last call."""
        rows, self._outgoing_rows = self._outgoing_rows, 0
        return rows

    def _attack(self, placement: Placement) -> None:
        """Cancel garbage that is on its way; what is left of the attack goes to the other side."""
        attack = attack_rows(placement) if self.mode.has_attacks else 0
        if attack:
            sent = self.garbage.cancel(attack)
            self.tally.sent += sent
            self._outgoing_rows += sent
            self._events.append(Attacked(sent, attack - sent))

    def _raise_garbage(self) -> bool:
        """Let garbage rise that is due; returns whether all cells stay on the board."""
        holes = self.garbage.take_rising(self.now_us)
        if not holes:
            return True
        self._events.append(GarbageRose(len(holes)))
        return self.board.add_garbage(holes)

    def apply(self, given: GameInput) -> None:
        """Advance to the time of an input, and take it."""
        self.advance(given.time_us)
        if isinstance(given, ReceivedGarbage):
            self.receive_garbage(given.rows)
        else:
            (self.press if given.is_down else self.release)(given.control)

    def _note_input(self, control: Control, *, is_down: bool) -> None:
        self.inputs.append(TimedInput(self.now_us, control, is_down))
        (self._down.add if is_down else self._down.discard)(control)

    # --- Moves ---

    def _run_shift(self) -> None:
        self._shift.run_due()
        if not self._shift.slides:
            self._move(self._shift.direction)
        self._slide()

    def _slide(self) -> None:
        """With an auto-repeat time of 0, a charged direction takes the piece to the wall, at any time."""
        while self._shift.slides and self._move(self._shift.direction):
            pass

    def _move(self, right: int) -> bool:
        """Move the piece sideways; returns whether it did."""
        if self.piece is None or not self.board.fits(moved := self.piece.moved(right=right)):
            return False
        self._set_piece(moved, None)
        self._events.append(Moved())
        return True

    def _rotate(self, quarter_turns: int) -> None:
        assert self.piece is not None
        for number, rotated in enumerate(self.piece.rotations(quarter_turns), start=1):
            if self.board.fits(rotated):
                is_far = quarter_turns != 2 and number == QUARTER_TURN_TESTS
                self._set_piece(rotated, "far" if is_far else "near")
                self._events.append(Moved(is_rotation=True))
                self._slide()
                return

    def _set_piece(self, piece: FallingPiece, kick: Kick) -> None:
        """Take the place of the piece after a move or a rotation, which restarts the lock delay."""
        self.piece, self._last_kick = piece, kick
        if self._has_landed and self._lock_resets < MAX_LOCK_RESETS:
            self._lock_resets += 1
            self._lock_at = self.now_us + LOCK_DELAY_US
        self._note_row()
        self._settle()

    # --- Falling and locking ---

    @property
    def _is_soft_dropping(self) -> bool:
        return Control.SOFT_DROP in self._down

    @property
    def _interval(self) -> int:
        """Microseconds per row now."""
        interval = fall_interval(self.level)
        if not self._is_soft_dropping or self.handling.soft_drop_factor == INSTANT:
            return interval
        return max(1, interval // self.handling.soft_drop_factor)

    def _run_fall(self) -> None:
        self._fall()
        self._settle()
        self._slide()

    def _fall(self) -> None:
        """Move the piece, which has room below, down by a row."""
        assert self.piece is not None
        self.piece, self._last_kick = self.piece.moved(down=1), None
        self._fall_at = self.now_us + self._interval
        if self._is_soft_dropping:
            self.tally.score += SOFT_DROP_POINTS
        self._note_row()

    def _note_row(self) -> None:
        """A new lowest row allows new resets of the lock delay."""
        assert self.piece is not None
        if self.piece.row > self._lowest_row:
            self._lowest_row, self._lock_resets, self._has_landed = self.piece.row, 0, False

    def _settle(self) -> None:
        """Set the timers for a piece that is where it is: it falls, or it lies on the ground."""
        assert self.piece is not None
        if self._is_soft_dropping and self.handling.soft_drop_factor == INSTANT:
            while self.board.fits(self.piece.moved(down=1)):
                self._fall()
        if self.board.fits(self.piece.moved(down=1)):
            self._lock_at = NEVER
            if self._fall_at == NEVER:
                self._fall_at = self.now_us + self._interval
            return
        self._fall_at, self._has_landed = NEVER, True
        if self._lock_at == NEVER:
            delay = LOCK_DELAY_US if self._lock_resets < MAX_LOCK_RESETS else 0
            self._lock_at = self.now_us + delay

    def _start_soft_drop(self) -> None:
        if self._fall_at != NEVER:
            self._fall()
            self._settle()
            self._slide()

    def _hard_drop(self) -> None:
        assert self.piece is not None
        landed = self.board.dropped(self.piece)
        rows = landed.row - self.piece.row
        if rows:
            self._last_kick = None
        self.piece = landed
        self.tally.score += HARD_DROP_POINTS * rows
        self._lock(rows)

    def _lock(self, fallen_rows: int = 0) -> None:
        """Leave the piece where it is, and bring the next one."""
        piece = self.piece
        assert piece is not None
        spin = self._spin(piece)
        self.board.place(piece.cells, piece.piece + 1)
        rows = self.board.full_rows()
        self.board.remove_rows(rows)
        placement = self._chain.judge(len(rows), spin, all_clear=self.board.is_empty)
        points = placement.points(self.level)
        self._count(placement, points)
        self._events.append(Locked(piece, placement, rows, points, fallen_rows))
        self._attack(placement)
        self.piece = None
        if self.mode.goal_lines is not None and self.tally.lines >= self.mode.goal_lines:
            self._end_game("goal")
        elif not rows and all(row < HIDDEN_ROWS for row, _ in piece.cells):
            self._end_game("lock out")
        elif not rows and not self._raise_garbage():
            self._end_game("top out")
        else:
            self._raise_level()
            self.can_hold = True
            self._spawn(self._bag.take())

    def _spin(self, piece: FallingPiece) -> Spin:
        """Whether a T was rotated into its place: three of its box's corners are filled.

        It is a mini T-spin if one of the two corners that it points to is empty, unless the last test of a
        quarter turn brought it there.
        """
        if piece.piece != T_PIECE or self._last_kick is None:
            return "none"
        filled = [self.board.is_filled(piece.row + row, piece.col + col) for row, col in _SPIN_CORNERS]
        if sum(filled) < 3:
            return "none"
        is_front_filled = filled[piece.rotation] and filled[(piece.rotation + 1) % 4]
        return "full" if is_front_filled or self._last_kick == "far" else "mini"

    def _count(self, placement: Placement, points: int) -> None:
        tally = self.tally
        tally.score += points
        tally.lines += placement.lines
        tally.pieces += 1
        tally.tetrises += placement.lines == 4
        tally.t_spins += placement.spin != "none"
        tally.all_clears += placement.all_clear
        tally.best_combo = max(tally.best_combo, placement.combo)

    def _raise_level(self) -> None:
        if not self.mode.is_faster_by_level:
            return
        level = min(MAX_LEVEL, max(self.start_level, 1 + self.tally.lines // LINES_PER_LEVEL))
        if level > self.level:
            self.level = level
            self._events.append(LevelRaised(level))

    # --- The next piece ---

    def _spawn(self, kind: int) -> None:
        """Bring a piece, which moves down by a row at once; without room for it the game is over."""
        piece = spawned_piece(kind, _SPAWN_ROW)
        self._fall_at = self._lock_at = NEVER
        if not self.board.fits(piece):
            self.piece = None
            self._end_game("block out")
            return
        if self.board.fits(below := piece.moved(down=1)):
            piece = below
        self.piece, self._last_kick = piece, None
        self._lowest_row, self._has_landed, self._lock_resets = piece.row, False, 0
        self._settle()
        self._slide()

    def _hold(self) -> None:
        """Exchange the piece with the held one, once per piece."""
        if not self.can_hold:
            return
        assert self.piece is not None
        held, self.held_piece = self.held_piece, self.piece.piece
        self.can_hold = False
        self._events.append(Held())
        self._spawn(self._bag.take() if held is None else held)

    def _end_game(self, reason: EndReason) -> None:
        self.end = Ended(reason)
        self._events.append(self.end)
