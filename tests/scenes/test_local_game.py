"""Stored games: the window plays them without a process, exactly as the player played them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tetris_arcade.config.paths import asset
from tetris_arcade.engine.single_game import Game
from tetris_arcade.scenes.local_game import StoredGame
from tetris_arcade.services.default_player import CHAMPION, RIVAL


@pytest.mark.parametrize("name", [CHAMPION, RIVAL])
def test_stored_game_is_the_engines_game(name: str) -> None:
    stored = json.loads(asset("stored_games.json").read_text())[name]
    shown, game = StoredGame(name, move_seconds=1.0), Game(seed=stored["seed"])
    for number, action in enumerate(stored["actions"], 1):
        view = shown.view
        assert np.array_equal(view.cells, game.cells)
        assert (view.piece, view.action) == (game.piece, action)
        if number < len(stored["actions"]) - 4:
            assert view.next_pieces == game.next_pieces
        game.step(action)
        assert (view.lines, view.pieces, view.score) == (game.lines, game.pieces, game.score)
        shown.advance(0.0)
        shown.advance(1.0)
    assert not shown.view.cells.any()  # It starts again.
    assert shown.view.pieces == 1


def test_unknown_player_has_the_champions_game() -> None:
    assert StoredGame("mine", 1.0).name == CHAMPION
