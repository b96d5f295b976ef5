"""Games of people as they are stored, and back."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import GameInput, RealtimeGame, ReceivedGarbage, TimedInput
from tetris_arcade.realtime.modes import MAX_LEVEL, MODES, VERSUS_MODES
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.storage.errors import DamagedError
from tetris_arcade.storage.played_games import PlayedGame

_INPUT = struct.Struct("<qB")
"""The time in microseconds, and a code: twice the control's number, and 1 for a press; or _GARBAGE and the
number of rows that the other side has sent."""
_GARBAGE, _MAX_ROWS = 128, 31
_CONTROLS = tuple(Control)
"""Stored by their order, which must not change."""


def stored_game(game: RealtimeGame) -> PlayedGame:
    """A game up to now, with how it stands."""
    recording, tally = Recording.of(game), game.tally
    return PlayedGame(
        recording.mode.key,
        recording.seed,
        recording.level,
        recording.handling,
        _pack_inputs(recording.inputs),
        recording.end_us,
        tally.lines,
        tally.score,
        tally.pieces,
        game.board.digest,
    )


def recording_from(stored: PlayedGame) -> Recording:
    """The recording of a stored game; raises DamagedError if it describes no possible game."""
    mode = {**MODES, **VERSUS_MODES}.get(stored.mode)
    if mode is None:
        raise DamagedError("the replay is of a form of the game that this program does not know")
    if not 1 <= stored.level <= MAX_LEVEL:
        raise DamagedError(f"the replay is damaged: its level must be 1..{MAX_LEVEL}, got {stored.level}")
    inputs = _unpack_inputs(stored.inputs)
    times = [0, *(timed.time_us for timed in inputs), stored.end_us]
    if times != sorted(times):
        raise DamagedError("the replay is damaged: its inputs are not in order")
    return Recording(mode, stored.seed, stored.level, stored.handling, inputs, stored.end_us)


def _pack_inputs(inputs: Iterable[GameInput]) -> bytes:
    return b"".join(_INPUT.pack(given.time_us, _code(given)) for given in inputs)


def _code(given: GameInput) -> int:
    if isinstance(given, ReceivedGarbage):
        return _GARBAGE + min(given.rows, _MAX_ROWS)
    return 2 * _CONTROLS.index(given.control) + given.is_down


def _decode(time_us: int, code: int) -> GameInput:
    if _GARBAGE < code <= _GARBAGE + _MAX_ROWS:
        return ReceivedGarbage(time_us, code - _GARBAGE)
    return TimedInput(time_us, _CONTROLS[code // 2], bool(code % 2))


def _unpack_inputs(packed: bytes) -> tuple[GameInput, ...]:
    try:
        return tuple(_decode(time_us, code) for time_us, code in _INPUT.iter_unpack(packed))
    except (struct.error, IndexError) as error:
        raise DamagedError("the replay is damaged: its inputs cannot be read") from error
