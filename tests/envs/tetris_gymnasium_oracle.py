"""The oracle: tetris-gymnasium's own grouped environment, made as in its documentation."""

from __future__ import annotations

from tetris_gymnasium.components.tetromino_queue import TetrominoQueue
from tetris_gymnasium.components.tetromino_randomizer import TrueRandomizer
from tetris_gymnasium.envs import Tetris
from tetris_gymnasium.wrappers.grouped import GroupedActionsObservations
from tetris_gymnasium.wrappers.observation import FeatureVectorObservation


def make_package_env(height=20, pieces="bag"):
    env = Tetris(height=height)
    if pieces == "uniform":  # its `randomizer` argument raises AttributeError
        env.randomizer = TrueRandomizer(7)
        env.queue = TetrominoQueue(env.randomizer)
    return GroupedActionsObservations(env, [FeatureVectorObservation(env)])
