from __future__ import annotations

from itertools import pairwise

from tests.engine.test_kernel_cache import run_python
from tetris_arcade.engine.compile_kernels import is_warm, warm_up


def test_progress_rises_from_0_to_1():
    reports = []
    warm_up(lambda text, done: reports.append((text, done)))
    texts, shares = zip(*reports, strict=True)
    assert texts[0] == f"kernel 1 of {len(reports) - 1}: observations"
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
        from tetris_arcade.engine.board import measure_board
        from tetris_arcade.engine.single_game import Game
        from tetris_arcade.engine.linear_players import LINEAR_WEIGHTS, play_linear
        from tetris_arcade.engine.network import linear_network, play_network, value_game, value_observations
        from tetris_arcade.engine.placements import list_surviving, new_workspace
        from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

        for features in ("afterstate", "classic"):
            env = make_vec_env(EnvConfig(features=features, height=10), 4)
            env.reset()
            env.step(env.action_masks().argmax(axis=1))
            env.load_state(env.save_state())
            single = make_env(EnvConfig(features=features))
            single.reset(seed=1)
            single.step(20)
        game, workspace, next_workspace = Game(seed=1, garbage_every=1), new_workspace(), new_workspace()
        game.step(20)
        measure_board(game.games.columns[0])
        weights = LINEAR_WEIGHTS["dt10"]
        network, values = linear_network(weights), np.zeros(40, np.float32)
        value_game(network, game.games, game.rules, 0, True, workspace, next_workspace, values)
        value_observations(network, game.observation()[np.newaxis], values[np.newaxis])
        running = np.ones(1, np.bool_)
        play_network(network, game.games, game.rules, True, 1, running, workspace, next_workspace)
        play_linear(game.games, game.rules, weights, 1, running, workspace)
        pieces, due = np.zeros(4, np.int64), np.zeros(4, np.bool_)
        rows, ends = np.zeros((160, 21), np.float32), np.zeros(4, np.int64)
        actions = np.zeros((160, 2), np.int64)
        list_surviving(env.games.columns, 10, pieces, pieces, due, False, workspace, rows, actions, ends)
    print([event.data["dispatcher"] for _, event in compiled.buffer])
"""


def test_warm_up_compiles_everything():
    assert run_python(PLAY)[0] == ["[]"]
