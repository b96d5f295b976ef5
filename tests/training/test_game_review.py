"""What a model makes of the placements of a game: a person's, or another model's."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.engine import reference_rules as reference
from tests.realtime.boards import play, random_inputs
from tests.realtime.scripted_player import plan
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.features import FEATURES
from tetris_arcade.config.game_position import digits
from tetris_arcade.config.game_review import PlacedPiece
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.single_game import Game
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import MARATHON
from tetris_arcade.realtime.positions import position_of, positions_of_recording
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.storage.replays import Replay
from tetris_arcade.training.game_review import positions_of_replay, review_game
from tetris_arcade.training.placement_rater import PlacementRater
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.training.replay_player import ReplayRecorder
from tetris_arcade.worker.shared.messages import Reviewed
from tetris_arcade.worker.shared.pipes import MAX_MESSAGE_BYTES, pickle_message

SHIPPED = DataPaths(Path(__file__).parents[2])


def _player(name: str) -> NetworkPlayer:
    player = load_player(name, SHIPPED)
    assert isinstance(player, NetworkPlayer)
    return player


def _replay(name: str, pieces: int = 60, height: int = 20) -> Replay:
    player, game, env = load_player(name, SHIPPED), Game(height=height, seed=5), EnvConfig(height=height)
    recorder, values = ReplayRecorder(env, 5, name), np.zeros(40, np.float32)
    for _ in range(pieces):
        if game.is_over:
            break
        action = player.choose(game, False, values)
        recorder.add(action)
        game.step(action)
    return recorder.to_replay(game.lines, game.score)


@pytest.mark.parametrize("name", ["dellacherie", "dt20", "champion"])
def test_a_model_would_make_all_of_its_own_placements(name: str) -> None:
    review = review_game(_player(name), positions_of_replay(_replay(name)))
    assert (review.placements, review.same, review.costliest) == (60, 60, ())


def test_placements_of_another_model_cost_something_and_the_reasons_add_up() -> None:
    review = review_game(_player("champion"), positions_of_replay(_replay("random", 25)))
    assert review.model == "champion"
    assert review.same < review.placements
    costs = [costly.cost for costly in review.costliest]
    assert len(costs) == 3
    assert costs == sorted(costs, reverse=True)
    for costly in review.costliest:
        assert costly.cost > 0
        assert sum(reason for _, reason in costly.reasons) == pytest.approx(costly.cost)
        assert costly.placed.cells != costly.best.cells


def test_the_largest_review_fits_into_a_message() -> None:
    review = review_game(_player("champion"), positions_of_replay(_replay("random", 25)))
    assert len(pickle_message(Reviewed(review))) < MAX_MESSAGE_BYTES * 3 // 4


def test_the_costliest_are_the_costliest() -> None:
    player = _player("bcts")
    positions = list(positions_of_replay(_replay("random", 25)))
    rater, costs = PlacementRater(player), []
    for position in positions:
        pair = rater.compare(position)
        costs.append(0.0 if pair is None else pair[1].value - pair[0].value)
    review = review_game(player, positions)
    assert [costly.cost for costly in review.costliest] == sorted(costs)[:-4:-1]
    assert positions[review.costliest[0].number - 1] is review.costliest[0].position


def test_features_of_a_placement_are_those_of_its_afterstate() -> None:
    """Also of one that no piece reaches by falling straight down."""
    rows = ["####......", "#.........", "#...######", "##########"[:-1] + "."]
    cells = np.zeros((20, 10), np.uint8)
    cells[-len(rows) :] = [[char == "#" for char in row] for row in rows]
    tucked = ((17, 1), (17, 2), (18, 1), (18, 2))
    position = PlacedPiece(digits(cells), 1, 0, tucked)
    pair = PlacementRater(_player("dellacherie")).compare(position)
    assert pair is not None
    after = cells.astype(bool)
    for cell in tucked:
        after[cell] = True
    rows_below = list(after)
    expected = {
        "holes": len(reference.hole_list(rows_below)),
        "wells": reference.wells(rows_below),
        "bumpiness": reference.bumpiness(rows_below),
        "row_transitions": reference.row_transitions(rows_below),
        "landing_height": 1.5,
        "lines": 0,
    }
    names = [feature.name for feature in FEATURES]
    assert {name: pair[0].row[names.index(name)] for name in expected} == expected


def test_advice_is_three_different_places_the_best_first() -> None:
    game = RealtimeGame(MARATHON, 7)
    position = position_of(game)
    assert position is not None
    player = _player("champion")
    advice = PlacementRater(player).advise(position)
    assert len({rated.cells for rated in advice}) == 3
    assert [rated.value for rated in advice] == sorted((rated.value for rated in advice), reverse=True)
    model_game = Game(seed=7)
    placed = model_game.step(player.choose(model_game, False, np.zeros(40, np.float32)))
    assert min(row for row, _ in advice[0].cells) == placed.row
    assert min(col for _, col in advice[0].cells) == placed.col


def test_each_placement_of_a_persons_game_is_found() -> None:
    game = play(RealtimeGame(MARATHON, 4), random_inputs(4, 300, 100_000))
    positions = list(positions_of_recording(Recording.of(game)))
    assert len(positions) == game.tally.pieces
    for before, after in pairwise(positions):
        board = before.board_cells
        assert all(board[cell] == 0 for cell in before.cells)
        for cell in before.cells:
            board[cell] = before.piece + 1
        full = board.all(axis=1)
        board = np.concatenate([np.zeros((full.sum(), 10), np.uint8), board[~full]])
        assert digits(board) == after.board


def test_a_person_makes_some_of_the_models_placements() -> None:
    player, game = _player("dellacherie"), RealtimeGame(MARATHON, 3)
    while game.tally.pieces < 40:
        for control in plan(game):
            game.press(control)
            game.release(control)
    review = review_game(player, positions_of_recording(Recording.of(game)))
    assert review.placements == 40
    assert 0 < review.same < 40
