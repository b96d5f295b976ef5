"""Two people: equal pieces, attacks at their times, golden matches, replays, and a storm of inputs."""

from __future__ import annotations

import random

import pytest

from tests.realtime.boards import fill, random_inputs
from tests.realtime.scripted_player import plan
from tetris_arcade.config.handling import Handling
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import RealtimeGame, ReceivedGarbage
from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, RACE_TO_GOAL, SECOND, VERSUS_MODES, GameMode
from tetris_arcade.realtime.paired_games import PairedGames
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.seven_bag import SevenBag
from tetris_arcade.realtime.stored_games import recording_from, stored_game

_FRAME_US = 16_667


_OPEN_WELL = "#########.\n" * 8


def _pair(mode: GameMode, seed: int, *handlings: Handling) -> PairedGames:
    left, right = handlings or (Handling(), Handling())
    return PairedGames(RealtimeGame(mode, seed, left), RealtimeGame(mode, seed, right))


def _place(pair: PairedGames, side: int) -> None:
    game = pair.games[side]
    for control in () if game.is_over else plan(game):
        game.press(control)
        game.release(control)
    pair.exchange()


def _play_match(mode: GameMode, seed: int, intervals_us: tuple[int, int], pieces: int) -> PairedGames:
    """Both sides place a piece in their interval, on boards on which four lines are at hand."""
    pair, due = _pair(mode, seed), list(intervals_us)
    for game in pair.games:
        fill(game, _OPEN_WELL)
    while not pair.is_over and pair.games[0].tally.pieces < pieces:
        side = int(due[1] < due[0])
        pair.advance(due[side])
        if not pair.is_over:
            _place(pair, side)
        due[side] += intervals_us[side]
    return pair


def _state(pair: PairedGames) -> list[object]:
    return [(game.board.digest, game.tally, game.end, game.now_us, game.inputs) for game in pair.games]


@pytest.mark.parametrize(
    ("mode", "seed", "left", "right"),
    [
        (ATTACK, 12, ("15c8980e129e4bc0", 22, 19), ("d578d3e5be9a8d9b", 12, 5)),
        (RACE_TO_GOAL, 12, ("df8042ecea12b9c4", 21, 0), ("19001bd3d86eacf4", 15, 0)),
    ],
    ids=lambda value: getattr(value, "key", None),
)
def test_a_golden_match(
    mode: GameMode, seed: int, left: tuple[str, int, int], right: tuple[str, int, int]
) -> None:
    pair = _play_match(mode, seed, (700_000, 900_000), 36)
    results = [(game.board.digest, game.tally.lines, game.tally.sent) for game in pair.games]
    assert results == [left, right]


@pytest.mark.parametrize("frames_per_second", [20, 60, 144])
def test_a_match_is_the_same_at_any_frame_rate(frames_per_second: int) -> None:
    expected, pair = _pair(ATTACK, 8), _pair(ATTACK, 8)
    inputs = [(timed, side) for side in (0, 1) for timed in random_inputs(side, 500, 50_000)]
    for timed, side in sorted(inputs, key=lambda given: (given[0].time_us, given[1])):
        while pair.games[0].now_us + SECOND // frames_per_second < timed.time_us and not pair.is_over:
            pair.advance(pair.games[0].now_us + SECOND // frames_per_second)
        for one in (expected, pair):
            one.advance(timed.time_us)
            if not one.is_over:
                one.games[side].apply(timed)
                one.exchange()
    assert expected.games[0].tally.pieces > 5
    assert _state(pair) == _state(expected)


@pytest.mark.parametrize("mode", VERSUS_MODES.values(), ids=VERSUS_MODES)
def test_each_side_of_a_match_replays_exactly(mode: GameMode) -> None:
    pair = _play_match(mode, 11, (600_000, 800_000), 24)
    if mode is ATTACK:
        assert any(isinstance(given, ReceivedGarbage) for game in pair.games for given in game.inputs)
    for game in pair.games:
        again = recording_from(stored_game(game)).new_game()
        fill(again, _OPEN_WELL)
        for given in recording_from(stored_game(game)).inputs:
            again.apply(given)
        again.advance(game.now_us)
        assert (again.board.digest, again.tally, again.end) == (game.board.digest, game.tally, game.end)


@pytest.mark.parametrize("mode", VERSUS_MODES.values(), ids=VERSUS_MODES)
def test_both_sides_get_the_same_pieces(mode: GameMode) -> None:
    """Whatever is sent, held and cleared: the n-th piece is the n-th piece of the seed on both sides."""
    pair, rng = _pair(mode, 21), random.Random(21)
    compared = 0
    while not pair.is_over:
        for game in pair.games:
            for control in rng.choices(list(Control), k=6):
                game.press(control)
                game.release(control)
            # Every piece in play, held or locked has been taken; those that wait are the next of the seed.
            bag = SevenBag(21)
            for _ in range(game.tally.pieces + (game.piece is not None) + (game.held_piece is not None)):
                bag.take()
            if not game.is_over:
                assert game.next_pieces == bag.peek(5)
                compared += 1
        pair.exchange()
        pair.advance(pair.games[0].now_us + 500_000)
    assert compared > 20


def test_an_attack_reaches_the_other_side_at_its_time() -> None:
    pair = _play_match(ATTACK, 5, (700_000, 900_000), 24)
    assert any(game.tally.sent for game in pair.games)
    for game, other in (pair.games, pair.games[::-1]):
        received = sum(given.rows for given in game.inputs if isinstance(given, ReceivedGarbage))
        assert received == other.tally.sent


def test_when_one_side_is_over_the_other_one_stops() -> None:
    pair = _pair(ATTACK, 3)
    while not pair.games[0].is_over:
        pair.games[0].press(Control.HARD_DROP)
        pair.games[0].release(Control.HARD_DROP)
    pair.advance(SECOND)
    assert pair.games[1].now_us == 0
    assert not pair.games[1].is_over


def test_both_sides_have_the_whole_time() -> None:
    pair = _pair(RACE_BY_TIME, 3)
    for at in range(1, 70):
        pair.advance(at * SECOND)
        for side in (0, 1):
            _place(pair, side)
    pair.advance(100 * SECOND)
    assert [game.end is not None and game.end.reason for game in pair.games] == ["time", "time"]


def test_a_thousand_inputs_a_second_break_nothing() -> None:
    """A minute of game time, in games that follow each other; each of them replays exactly."""
    rng, total_us, seed = random.Random(1), 0, 100
    while total_us < 60 * SECOND:
        pair, now = _pair(ATTACK, seed, Handling(0, 0, 0), Handling(33, 8)), 0
        while not pair.is_over:
            now += _FRAME_US
            pair.advance(now)
            for game in pair.games:
                for control in rng.choices(list(Control), k=8):
                    (game.press if rng.random() < 0.5 else game.release)(control)
            pair.exchange()
        for game in pair.games:
            again = Recording.of(game).play_back()
            assert (again.board.digest, again.tally, again.end) == (game.board.digest, game.tally, game.end)
            assert again.garbage.attacks == game.garbage.attacks
        total_us, seed = total_us + now, seed + 1
