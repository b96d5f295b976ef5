"""Games of two sides are stored and played back exactly, on both sides."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.realtime.scripted_player import plan
from tetris_arcade.config.handling import Handling
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.machine_recording import MachineRecording, TimedBoard
from tetris_arcade.realtime.machine_side import LandedPlacement, MachineSide
from tetris_arcade.realtime.match_recording import MatchRecording
from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, SECOND, GameMode
from tetris_arcade.realtime.paired_games import PairedGames
from tetris_arcade.realtime.recording import Playback, Recording
from tetris_arcade.realtime.stored_games import match_from, stored_game, stored_match
from tetris_arcade.storage.errors import DamagedError
from tetris_arcade.storage.played_games import PlayedGame, encode_played_game, parse_played_game

_FRAME_US = 16_667


def _boards(count: int) -> tuple[TimedBoard, ...]:
    """Boards that differ from each other, one each second."""
    rng = np.random.default_rng(2)
    return tuple(
        TimedBoard(
            second * SECOND,
            DisplayedBoard(
                rng.integers(0, 9, (20, 10)).astype(np.uint8),
                piece=second % 7,
                action=second % 40,
                rotation=second % 4,
                row=second % 20,
                col=second % 10,
                cleared=(18, 19) if second % 3 == 0 else (),
                next_pieces=(1, 2, 3, second % 7),
                lines=2 * second,
                pieces=second,
                move_seconds=0.8,
                over=second == count - 1,
            ),
        )
        for second in range(count)
    )


def _storm(
    seed: int, *, max_us: int = 60 * SECOND, mode: GameMode = ATTACK
) -> tuple[RealtimeGame, MachineSide]:
    """A person's thousand random inputs a second, and a machine that clears lines at random."""
    rng, now_us = random.Random(seed), 0
    game, side = RealtimeGame(mode, seed, Handling(33, 8)), MachineSide(mode, seed)
    while not game.is_over and now_us < max_us:
        now_us += _FRAME_US
        game.advance(now_us)
        for control in rng.choices(list(Control), k=16):
            (game.press if rng.random() < 0.5 else game.release)(control)
        side.advance(now_us)
        if rng.random() < 0.05:
            landing = side.land(rng.randrange(5), now_us, all_clear=rng.random() < 0.1)
            if landing.sent:
                game.receive_garbage(landing.sent)
        if rows := game.take_attack() or int(rng.random() < 0.02):
            side.receive(rows, now_us)
    return game, side


def _machine_match(seed: int = 5) -> tuple[RealtimeGame, MachineSide, MachineRecording]:
    game, side = _storm(seed)
    boards, inputs = _boards(40), tuple(side.inputs)
    return game, side, MachineRecording("champion", 3, ATTACK, seed, boards, inputs, game.now_us)


def _again(stored: PlayedGame) -> MatchRecording:
    match = match_from(parse_played_game(encode_played_game(stored)))
    assert match is not None
    return match


def test_a_game_of_one_has_no_other_side() -> None:
    assert match_from(stored_game(RealtimeGame(RACE_BY_TIME, 3))) is None


def test_both_people_are_played_back_exactly() -> None:
    pair = PairedGames(RealtimeGame(ATTACK, 8), RealtimeGame(ATTACK, 8))
    for step in range(1, 60):
        pair.advance(step * 400_000)
        for game in pair.games[: 1 + step % 2]:
            for control in () if game.is_over else plan(game):
                game.press(control)
                game.release(control)
        pair.exchange()
    match = _again(stored_match(pair.games[0], Recording.of(pair.games[1])))
    playback = match.start_playback()
    playback.advance(match.end_us)
    assert isinstance(playback.opponent, Playback)
    for game, again in zip(pair.games, (playback.first.game, playback.opponent.game), strict=True):
        assert game.tally.pieces > 20
        assert (again.board.digest, again.tally, again.now_us) == (
            game.board.digest,
            game.tally,
            game.now_us,
        )


@pytest.mark.parametrize("step_us", [_FRAME_US, 7_919, 90 * SECOND])
def test_the_machines_side_is_played_back_exactly_at_any_pace(step_us: int) -> None:
    game, side, machine = _machine_match()
    match = _again(stored_match(game, machine))
    playback = match.start_playback()
    for time_us in range(0, match.end_us + step_us, step_us):
        playback.advance(time_us)
    other = playback.opponent
    assert not isinstance(other, Playback)
    assert (other.side.lines, other.side.pieces, other.side.sent) == (side.lines, side.pieces, side.sent)
    assert other.side.garbage.attacks == side.garbage.attacks
    assert (playback.first.game.board.digest, playback.first.game.tally) == (game.board.digest, game.tally)


def test_the_machines_boards_are_stored_as_they_were() -> None:
    game, _side, machine = _machine_match()
    opponent = _again(stored_match(game, machine)).opponent
    assert isinstance(opponent, MachineRecording)
    assert (opponent.model, opponent.level) == ("champion", 3)
    for stored, shown in zip(opponent.boards, machine.boards, strict=True):
        assert stored.time_us == shown.time_us
        assert np.array_equal(stored.board.cells, shown.board.cells)
        names = ("piece", "action", "rotation", "row", "col", "cleared", "next_pieces", "lines", "over")
        assert [getattr(stored.board, name) for name in names] == [
            getattr(shown.board, name) for name in names
        ]


def test_a_side_that_stops_later_than_the_other_one_is_stored() -> None:
    first, second = RealtimeGame(ATTACK, 3), RealtimeGame(ATTACK, 3)
    first.advance(SECOND)
    second.advance(2 * SECOND)
    second.press(Control.HARD_DROP)
    match = _again(stored_match(first, Recording.of(second)))
    assert match.end_us == 2 * SECOND
    assert len(match.people[1].inputs) == 1


def test_a_move_is_shown_from_its_time_on() -> None:
    boards = _boards(3)
    playback = MachineRecording("bcts", 1, ATTACK, 1, boards, (), 10 * SECOND).start_playback()
    assert playback.board is None
    playback.advance(SECOND + 400_000)
    assert playback.board is boards[1].board
    assert playback.progress == pytest.approx(0.5)
    playback.advance(60 * SECOND)
    assert (playback.board, playback.progress) == (boards[2].board, 1.0)


def test_a_placement_counts_from_its_time_on() -> None:
    landed = (LandedPlacement(SECOND, 2),)
    playback = MachineRecording("bcts", 1, ATTACK, 1, (), landed, 10 * SECOND).start_playback()
    assert playback.advance(SECOND - 1) == []
    assert [landing.sent for landing in playback.advance(SECOND)] == [1]
    assert (playback.side.lines, playback.side.pieces) == (2, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"boards": b"123"},
        {"boards": b"\xff" * 400},
        {"inputs": b"123"},
        {"inputs": bytes(8) + b"\x20"},
        {"inputs": bytes([9] + [0] * 8) + bytes(9)},
    ],
)
def test_an_impossible_machine_is_refused(fields: dict[str, bytes]) -> None:
    game, _side, machine = _machine_match()
    stored = stored_match(game, machine)
    assert stored.machine is not None
    with pytest.raises(DamagedError):
        match_from(replace(stored, machine=replace(stored.machine, **fields)))  # type: ignore[arg-type]


def test_the_file_of_a_long_match_is_small() -> None:
    game, _side, machine = _machine_match()
    boards = tuple(replace(timed, time_us=number) for number, timed in enumerate(_boards(40) * 20))
    content = encode_played_game(stored_match(game, replace(machine, boards=boards)))
    assert len(content) < 200_000


def test_a_thousand_inputs_a_second_against_the_machine_break_nothing() -> None:
    """A minute of game time, in games that follow each other; each of them replays exactly."""
    total_us, seed = 0, 30
    while total_us < 60 * SECOND:
        game, side = _storm(seed, max_us=60 * SECOND - total_us)
        recording = MachineRecording("bcts", 1, ATTACK, seed, (), tuple(side.inputs), game.now_us)
        playback = _again(stored_match(game, recording)).start_playback()
        playback.advance(game.now_us)
        again = playback.first.game
        assert (again.board.digest, again.tally, again.end) == (game.board.digest, game.tally, game.end)
        total_us, seed = total_us + game.now_us, seed + 1
