"""A person's game is stored and played back exactly."""

from __future__ import annotations

import dataclasses

import pytest

from tests.realtime.boards import play, random_inputs
from tetris_arcade.config.handling import Handling
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import MARATHON, RACE_BY_TIME, SPRINT, ULTRA, GameMode
from tetris_arcade.realtime.stored_games import recording_from, stored_game
from tetris_arcade.storage.errors import DamagedError, StorageError
from tetris_arcade.storage.played_games import PlayedGame, encode_played_game, parse_played_game


def _game(mode: GameMode = MARATHON, seed: int = 4) -> RealtimeGame:
    return play(RealtimeGame(mode, seed, Handling(90, 10, 0), 3), random_inputs(seed, 400, 90_000))


@pytest.mark.parametrize("mode", [MARATHON, SPRINT, ULTRA, RACE_BY_TIME])
@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_a_stored_game_is_played_back_exactly(mode: GameMode, seed: int) -> None:
    game = _game(mode, seed)
    stored = parse_played_game(encode_played_game(stored_game(game)))
    again = recording_from(stored).play_back()
    assert again.board.digest == game.board.digest == stored.digest
    assert again.tally == game.tally
    assert (stored.lines, stored.score, stored.pieces) == (
        game.tally.lines,
        game.tally.score,
        game.tally.pieces,
    )
    assert (again.now_us, again.end, again.piece, again.held_piece) == (
        game.now_us,
        game.end,
        game.piece,
        game.held_piece,
    )


def test_any_pace_of_playback_gives_the_same_game() -> None:
    game = _game()
    playback = recording_from(stored_game(game)).start_playback()
    for time_us in range(0, game.now_us + 7_919, 7_919):
        playback.advance(time_us)
    assert (playback.game.board.digest, playback.game.tally) == (game.board.digest, game.tally)


def _changed(**fields: object) -> PlayedGame:
    return dataclasses.replace(stored_game(_game()), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "chess"},
        {"level": 0},
        {"level": 99},
        {"inputs": b"123"},
        {"inputs": bytes(8) + b"\xff"},
        {"inputs": bytes([9] + [0] * 8) + bytes(9)},
        {"end_us": 0},
    ],
)
def test_an_impossible_game_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(DamagedError):
        recording_from(_changed(**fields))


def test_the_file_of_a_long_game_is_small() -> None:
    game = play(RealtimeGame(MARATHON, 4), random_inputs(4, 5_000, 1_000))
    game.inputs = random_inputs(3, 8_000, 100_000)
    assert len(encode_played_game(stored_game(game))) < 100_000


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        _changed(lines=-1)


def test_a_damaged_file_is_refused() -> None:
    content = encode_played_game(stored_game(_game()))
    for damaged in (content[:200], content.replace(b'"das_ms": 90', b'"das_ms": 9000'), b"{}", b"[]"):
        with pytest.raises(StorageError):
            parse_played_game(damaged)
