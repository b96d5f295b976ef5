from __future__ import annotations

from itertools import pairwise

from tests.engine.test_kernel_cache import run_python
from tetris_arcade.engine.compile_kernels import is_warm, warm_up


def test_it_tells_honestly_how_far_it_is():
    told = []
    warm_up(lambda text, done: told.append((text, done)))
    texts, shares = zip(*told, strict=True)
    assert texts[0] == f"kernel 1 of {len(told) - 1}: observations"
    assert texts[-1] == "ready"
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(a < b for a, b in pairwise(shares))
    assert is_warm()


PLAY = """
    import numpy as np
    from tetris_arcade.engine.compile_kernels import warm_up
    warm_up(lambda text, done: None)
    from numba.core.event import install_recorder
    with install_recorder("numba:compile") as compiled:
        from tetris_arcade.engine.board import board_figures
        from tetris_arcade.engine.single_game import Game
        from tetris_arcade.engine.linear_players import DELLACHERIE, play_linear
        from tetris_arcade.engine.network import linear_network, play_network, value_game, value_observations
        from tetris_arcade.engine.placements import list_alive, new_scratch
        from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

        for features in ("afterstate", "classic"):
            env = make_vec_env(EnvConfig(features=features, height=10), 4)
            env.reset()
            env.step(env.action_masks().argmax(axis=1))
            env.load_state(env.save_state())
            single = make_env(EnvConfig(features=features))
            single.reset(seed=1)
            single.step(20)
        game, scratch, ahead = Game(seed=1, garbage_every=1), new_scratch(), new_scratch()
        game.step(20)
        board_figures(game.games.columns[0])
        network, values = linear_network(DELLACHERIE), np.zeros(40, np.float32)
        value_game(network, game.games, game.rules, 0, True, scratch, ahead, values)
        value_observations(network, game.observation()[np.newaxis], values[np.newaxis])
        running = np.ones(1, np.bool_)
        play_network(network, game.games, game.rules, True, 1, running, scratch, ahead)
        play_linear(game.games, game.rules, DELLACHERIE, 1, running, scratch)
        pieces, due = np.zeros(4, np.int8), np.zeros(4, np.bool_)
        rows, ends = np.zeros((160, 21), np.float32), np.zeros(4, np.int64)
        list_alive(env.games.columns, 10, pieces, pieces, due, False, scratch, rows, ends)
    print([event.data["dispatcher"] for _, event in compiled.buffer])
"""


def test_afterwards_nothing_is_left_to_compile():
    assert run_python(PLAY)[0] == ["[]"]
