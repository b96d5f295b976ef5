"""An evaluation whose games are spread over a cluster; each is the same as on one machine."""

from __future__ import annotations

import itertools
import time

import numpy as np
import ray

from tetris_arcade.cluster.errors import ClusterError
from tetris_arcade.cluster.session import Cluster
from tetris_arcade.cluster.task_pool import TaskLost, TaskPool
from tetris_arcade.cluster.tasks import play_part
from tetris_arcade.config.evaluation import Evaluation, EvaluationConditions
from tetris_arcade.training.evaluation import GameStats, Progress, concatenate, summarize
from tetris_arcade.training.players import NetworkPlayer, RandomPlayer

_PARTS_PER_WORKER = 8
"""Games differ in length: with few parts, the last one would run alone."""
_POLL_SECONDS = 0.5


def evaluate_on_cluster(
    cluster: Cluster,
    player: NetworkPlayer | RandomPlayer,
    conditions: EvaluationConditions,
    seed: int,
    progress: Progress,
) -> Evaluation:
    """Play the games as tasks of the cluster; returns what `training.evaluate` returns on one machine.

    progress: called with the fraction of the games that are over. Raises ClusterError if a part of the games
    could not be played.
    """
    parts = _split(conditions.games, cluster.workers * _PARTS_PER_WORKER)
    pool: TaskPool[int] = TaskPool(cluster)
    shared_player = ray.put(player)
    done: dict[int, GameStats] = {}
    waiting = list(enumerate(parts))
    started = time.perf_counter()
    while len(done) < len(parts):
        while waiting and pool.free_workers > 0:
            number, numbers = waiting.pop(0)
            pool.submit(number, play_part, shared_player, conditions, seed, numbers)
        for number, result in pool.collect(_POLL_SECONDS):
            if isinstance(result, TaskLost):
                raise ClusterError(f"games {parts[number]} could not be played: {result.reason}")
            done[number] = result
            progress(sum(len(parts[i]) for i in done) / conditions.games)
    stats = concatenate([done[number] for number in range(len(parts))])
    return summarize(stats, conditions, seed, time.perf_counter() - started)


def _split(games: int, parts: int) -> list[range]:
    """The numbers of all games in consecutive parts, as equal in size as possible."""
    bounds = np.linspace(0, games, min(games, parts) + 1).astype(int).tolist()
    return [range(low, high) for low, high in itertools.pairwise(bounds)]
