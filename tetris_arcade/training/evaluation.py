"""Evaluates players: many greedy games, in compiled batches, on piece sequences never used in training."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import Evaluation, EvaluationConditions
from tetris_arcade.engine.game_state import RUNNING, GameStates, new_games
from tetris_arcade.engine.linear_players import LINEAR_WEIGHTS, play_linear
from tetris_arcade.engine.network import play_network
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, new_workspace
from tetris_arcade.engine.rules import Rules, make_rules
from tetris_arcade.engine.simulation import reset_games
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.process.threads import ThreadPool
from tetris_arcade.training.players import NetworkPlayer, RandomPlayer

MAX_GAMES = 100_000
"""All games are played at the same time; this many take a third of a gigabyte."""
_FIRST_SEED = 1 << 40
"""Seeds of evaluation games start here. Training seeds have 32 bits, so the two never overlap."""
_RESAMPLES = 2_000
_PIECES_PER_ROUND = 500
_MAX_PIECES_PER_ROUND = 40_000
"""Of all games of a thread together. Between rounds, an evaluation reports progress and can be cancelled."""

Progress = Callable[[float], None]
"""Called with the fraction done, 0..1. An exception raised by it ends the evaluation."""


def evaluate(
    player: NetworkPlayer | RandomPlayer,
    *,
    games: int = 20,
    max_pieces: int | None = 2_500,
    pieces: str = "bag",
    height: int = 20,
    lookahead: int = 0,
    rules: str = "package",
    seed: int = 0,
    num_threads: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Play `games` games to their end or to `max_pieces`, and return the statistics.

    max_pieces: None means no cap; a strong player may then play for hours. lookahead: 1 to also try the
    placements of the next piece. rules: "package" or "literature", see `config.env.RULE_SETS`.
    num_threads: number of threads that share the games.

    Game i has the same pieces for every player, so two evaluations under the same conditions can be compared
    game by game.
    """
    if lookahead not in (0, 1):
        raise ValueError(f"lookahead must be 0 or 1, got {lookahead}")
    conditions = EvaluationConditions(games, max_pieces, pieces, height, bool(lookahead), rules)
    return evaluate_under(player, conditions, seed, num_threads=num_threads, progress=progress)


def evaluate_under(
    player: NetworkPlayer | RandomPlayer,
    conditions: EvaluationConditions,
    seed: int,
    *,
    num_threads: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Do `evaluate` under given conditions."""
    started = time.perf_counter()
    stats = play_games(player, conditions, seed, num_threads=num_threads, progress=progress)
    return summarize(stats, conditions, seed, time.perf_counter() - started)


class GameStats(NamedTuple):
    """Statistics per game, each (games,) int64. tetrises: how often four lines were cleared at once."""

    lines: NDArray[np.int64]
    pieces: NDArray[np.int64]
    tetrises: NDArray[np.int64]
    score: NDArray[np.int64]


def play_games(
    player: NetworkPlayer | RandomPlayer,
    conditions: EvaluationConditions,
    seed: int,
    numbers: range | None = None,
    *,
    num_threads: int = 1,
    progress: Progress | None = None,
) -> GameStats:
    """Play games of an evaluation, for example a part of them on one of several machines.

    numbers: which of the games, None for all. Each game is the same, whichever others are played with it.
    """
    if not 1 <= conditions.games <= MAX_GAMES:
        raise ValueError(f"games must be 1..{MAX_GAMES}, got {conditions.games}")
    rules = make_rules(
        height=conditions.height,
        pieces=conditions.pieces,
        max_pieces=conditions.max_pieces,
        rule_set=conditions.rules,
    )
    played = range(conditions.games) if numbers is None else numbers
    seeds = [_FIRST_SEED + (seed << 20) + i for i in played]
    return _play_in_threads(player, rules, seeds, conditions.lookahead, num_threads, progress)


def summarize(stats: GameStats, conditions: EvaluationConditions, seed: int, seconds: float) -> Evaluation:
    """The result of an evaluation from the statistics of all its games, which took `seconds`."""
    lines, num_pieces, tetrises, score = stats
    max_pieces = conditions.max_pieces
    return Evaluation(
        games=conditions.games,
        max_pieces=max_pieces,
        pieces=conditions.pieces,
        height=conditions.height,
        lookahead=conditions.lookahead,
        rules=conditions.rules,
        seed=seed,
        mean_lines=float(lines.mean()),
        median_lines=float(np.median(lines)),
        ci95_lines=bootstrap_interval(lines, seed),
        capped_games=int((num_pieces >= max_pieces).sum()) if max_pieces is not None else 0,
        pieces_per_second=float(num_pieces.sum() / max(seconds, 1e-9)),
        share_of_fours=float(4 * tetrises.sum() / max(lines.sum(), 1)),
        mean_score=float(score.mean()),
        lines=tuple(int(n) for n in lines),
    )


def bootstrap_interval(lines: NDArray[Any], seed: int) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean (Efron 1979)."""
    generator = np.random.default_rng([seed, 95])
    means = np.array([generator.choice(lines, lines.shape[0]).mean() for _ in range(_RESAMPLES)])
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


class _ProgressMeter:
    """Adds up the progress of all threads: pieces if games are capped, else finished games."""

    def __init__(self, chunks: int, games: int, max_pieces: int | None, progress: Progress | None) -> None:
        self._done = [0.0] * chunks
        self._games, self._max_pieces, self._progress = games, max_pieces, progress
        self._is_cancelled = False

    def cancel(self) -> None:
        """End all threads after their current round."""
        self._is_cancelled = True

    def check_cancelled(self) -> None:
        """Raise CancelledError if `cancel` was called."""
        if self._is_cancelled:
            raise CancelledError

    def update(self, chunk: int, games: GameStates, running: NDArray[np.bool_]) -> None:
        """Report the progress of one thread, whose games `running` are not over."""
        self.check_cancelled()
        ended = float((~running).sum())
        if self._max_pieces is not None:
            ended += float((games.pieces[running] / self._max_pieces).sum())
        self._done[chunk] = ended
        if self._progress is not None:
            self._progress(min(sum(self._done) / self._games, 1.0))


def _play_in_threads(
    player: NetworkPlayer | RandomPlayer,
    rules: Rules,
    seeds: list[int],
    lookahead: bool,
    num_threads: int,
    progress: Progress | None,
) -> GameStats:
    """Play one game per seed, divided among threads."""
    chunks = [chunk.tolist() for chunk in np.array_split(np.array(seeds), min(num_threads, len(seeds)))]
    meter = _ProgressMeter(len(chunks), len(seeds), rules.max_pieces or None, progress)

    def play(chunk: int) -> GameStats:
        return _play_games(player, rules, chunks[chunk], lookahead, meter, chunk)

    with ThreadPool(len(chunks)) as pool:
        try:
            played = list(pool.map(play, range(len(chunks))))
        except BaseException:
            meter.cancel()  # Ctrl-C reaches only this thread; the others might play for hours.
            raise
    return concatenate(played)


def concatenate(parts: Sequence[GameStats]) -> GameStats:
    """The statistics of several parts of an evaluation as those of one."""
    return GameStats(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _play_games(
    player: NetworkPlayer | RandomPlayer,
    rules: Rules,
    seeds: list[int],
    lookahead: bool,
    meter: _ProgressMeter,
    chunk: int,
) -> GameStats:
    """Play the games of one thread."""
    if isinstance(player, RandomPlayer):
        return _play_uncompiled(player, rules, seeds, meter)
    workspace, next_workspace = new_workspace(), new_workspace()
    games = new_games(seeds)
    running = np.ones(len(seeds), np.bool_)
    reset_games(games, rules, workspace, np.zeros((len(seeds), NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32))
    network = player.network.own_copy()
    weights = None if lookahead else LINEAR_WEIGHTS.get(player.name)
    pieces = max(1, min(_PIECES_PER_ROUND, _MAX_PIECES_PER_ROUND // len(seeds)) // (10 if lookahead else 1))
    while running.any():
        if weights is not None:
            play_linear(games, rules, weights, pieces, running, workspace)
        else:
            play_network(network, games, rules, lookahead, pieces, running, workspace, next_workspace)
        meter.update(chunk, games, running)
    return GameStats(games.lines, games.pieces, games.tetrises, games.score)


def _play_uncompiled(
    player: RandomPlayer, rules: Rules, seeds: list[int], meter: _ProgressMeter
) -> GameStats:
    """Play with a generator per game, so that the result does not depend on the order of the threads."""
    values = np.zeros(NUM_ACTIONS, np.float32)
    stats = []
    for seed in seeds:
        meter.check_cancelled()
        game = Game(
            rules.board_height,
            "uniform" if rules.randomizer else "bag",
            seed,
            max_pieces=rules.max_pieces or None,
            rule_set=rules.rule_set,
        )
        game_player = RandomPlayer(player.seed, seed)
        while game.status == RUNNING:
            game.step(game_player.choose(game, False, values))
        stats.append((game.lines, game.pieces, int(game.games.tetrises[0]), game.score))
    return GameStats(*np.array(stats, np.int64).T)
