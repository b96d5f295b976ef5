"""Games of people as they are stored, and back."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import GameInput, RealtimeGame, ReceivedGarbage, TimedInput
from tetris_arcade.realtime.machine_recording import MachineRecording
from tetris_arcade.realtime.match_recording import MatchRecording
from tetris_arcade.realtime.modes import MAX_LEVEL, MODES, VERSUS_MODES
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.stored_machine import (
    INPUT,
    garbage_code,
    garbage_rows,
    pack_boards,
    pack_machine_inputs,
    unpack_boards,
    unpack_machine_inputs,
)
from tetris_arcade.storage.errors import DamagedError
from tetris_arcade.storage.played_games import MachineOpponent, PlayedGame, SecondPerson

_CONTROLS = tuple(Control)
"""Stored by their order, which must not change: the code of an input is twice the number of its control, and
one more for a press."""


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


def stored_match(game: RealtimeGame, opponent: Recording | MachineRecording) -> PlayedGame:
    """A game of two sides up to now, with how the first person stands."""
    stored = replace(stored_game(game), end_us=max(game.now_us, opponent.end_us))
    if isinstance(opponent, Recording):
        return replace(stored, second=SecondPerson(_pack_inputs(opponent.inputs)))
    machine = MachineOpponent(
        opponent.model,
        opponent.level,
        pack_boards(opponent.boards),
        pack_machine_inputs(opponent.inputs),
    )
    return replace(stored, machine=machine)


def match_from(stored: PlayedGame) -> MatchRecording | None:
    """The recording of both sides of a stored game, None for a game of one side.

    Raises DamagedError if it describes no possible game.
    """
    first = recording_from(stored)
    if stored.second is not None:
        inputs = _unpack_inputs(stored.second.inputs)
        _check_order(inputs, stored.end_us)
        return MatchRecording(first, replace(first, inputs=inputs))
    if stored.machine is None:
        return None
    machine = stored.machine
    boards, machine_inputs = unpack_boards(machine.boards), unpack_machine_inputs(machine.inputs)
    opponent = MachineRecording(
        machine.model, machine.level, first.mode, first.seed, boards, machine_inputs, first.end_us
    )
    return MatchRecording(first, opponent)


def recording_from(stored: PlayedGame) -> Recording:
    """The recording of a stored game; raises DamagedError if it describes no possible game."""
    mode = {**MODES, **VERSUS_MODES}.get(stored.mode)
    if mode is None:
        raise DamagedError("the replay is of a form of the game that this program does not know")
    if not 1 <= stored.level <= MAX_LEVEL:
        raise DamagedError(f"the replay is damaged: its level must be 1..{MAX_LEVEL}, got {stored.level}")
    inputs = _unpack_inputs(stored.inputs)
    _check_order(inputs, stored.end_us)
    return Recording(mode, stored.seed, stored.level, stored.handling, inputs, stored.end_us)


def _check_order(inputs: Sequence[GameInput], end_us: int) -> None:
    times = [0, *(given.time_us for given in inputs), end_us]
    if times != sorted(times):
        raise DamagedError("the replay is damaged: its inputs are not in order")


def _pack_inputs(inputs: Iterable[GameInput]) -> bytes:
    return b"".join(INPUT.pack(given.time_us, _code(given)) for given in inputs)


def _code(given: GameInput) -> int:
    if isinstance(given, ReceivedGarbage):
        return garbage_code(given)
    return 2 * _CONTROLS.index(given.control) + given.is_down


def _decode(time_us: int, code: int) -> GameInput:
    if (rows := garbage_rows(code)) is not None:
        return ReceivedGarbage(time_us, rows)
    return TimedInput(time_us, _CONTROLS[code // 2], bool(code % 2))


def _unpack_inputs(packed: bytes) -> tuple[GameInput, ...]:
    try:
        return tuple(_decode(time_us, code) for time_us, code in INPUT.iter_unpack(packed))
    except (struct.error, IndexError) as error:
        raise DamagedError("the replay is damaged: its inputs cannot be read") from error
