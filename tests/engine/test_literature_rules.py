"""The rules of papers on Tetris: pieces enter above the board, and a cell left above it ends the game."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine import reference_rules as reference
from tetris_arcade.engine.game_state import RUNNING, TERMINATED
from tetris_arcade.engine.rules import ENTRY_ROWS, make_rules
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import load_player

HEIGHT = 6


def _placed(cells, piece, action):
    return reference.afterstate(cells, piece, action) if reference.is_legal(piece, action) else None


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_game_is_lost_when_a_cell_is_left_above_the_board(seed):
    game, generator = Game(HEIGHT, "uniform", seed, rule_set="literature"), np.random.default_rng(seed)
    num_moves = 0
    while game.status == RUNNING:
        cells, piece = game.cells > 0, game.piece
        placed = [_placed(cells, piece, action) for action in range(NUM_ACTIONS)]
        survives = [after is not None and not after[0][:ENTRY_ROWS].any() for after in placed]
        if any(survives):
            np.testing.assert_array_equal(game.action_mask(), survives)
        legal = [action for action, after in enumerate(placed) if after is not None]
        surviving = np.flatnonzero(survives)
        action = int(generator.choice(surviving if len(surviving) and num_moves < 40 else legal))
        game.step(action)
        assert game.status == (RUNNING if survives[action] else TERMINATED)
        num_moves += 1
    assert num_moves > 8


@pytest.mark.parametrize("piece", range(7))
def test_every_piece_enters_above_a_full_board(piece):
    cells = np.zeros((HEIGHT + ENTRY_ROWS, 10), np.bool_)
    cells[ENTRY_ROWS:, 1:] = True
    for action in range(NUM_ACTIONS):
        assert (_placed(cells, piece, action) is not None) == reference.is_legal(piece, action)


def test_there_is_no_garbage():
    with pytest.raises(ValueError, match="no garbage"):
        make_rules(rule_set="literature", garbage_every=5)


@pytest.mark.parametrize("lookahead", [0, 1])
def test_networks_and_formulas_play_by_them(lookahead):
    """Without knowing the next piece, a game of six rows is longer than one where pieces enter inside it."""
    lines = {
        rules: evaluate(
            load_player("bcts"), games=40, pieces="uniform", height=HEIGHT, rules=rules, lookahead=lookahead
        ).mean_lines
        for rules in ("package", "literature")
    }
    assert lines["literature"] > 1.5 * lines["package"] > 0


def test_random_placements_are_played_by_them():
    result = evaluate(load_player("random"), games=5, pieces="uniform", height=HEIGHT, rules="literature")
    assert result.rules == "literature"
    assert not result.is_ranked
