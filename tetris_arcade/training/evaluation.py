"""How good a player is: many greedy games on piece sequences that training never saw, in compiled batches."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.engine.linear_players import play_linear
from tetris_arcade.engine.network import play_network
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, new_scratch
from tetris_arcade.engine.simulation import RUNNING, GameStates, Rules, make_rules, new_games, reset_games
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.players import LINEAR_WEIGHTS, NetworkPlayer, RandomPlayer

_UNSEEN = 1 << 40
"""Evaluation's piece sequences start at this seed; training's seeds are 32 bits long, so the two never
meet."""
MAX_GAMES = 100_000
"""They are all played at once: so many take a third of a gigabyte."""
_RESAMPLES = 2_000
_PIECES_A_ROUND = 500
_MAX_PIECES_A_ROUND = 40_000
"""Of all games together: between two rounds an evaluation tells how far it is, and can be given up."""

Progress = Callable[[float], None]


def evaluate(
    player: NetworkPlayer | RandomPlayer,
    *,
    games: int = 20,
    max_pieces: int | None = 2_500,
    pieces: str = "bag",
    height: int = 20,
    lookahead: int = 0,
    seed: int = 0,
    num_threads: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Play `games` games to their end or `max_pieces` (None plays on, which a strong player may do for
    hours).

    Game i has the same pieces for every player, so that two results under the same conditions are paired.
    """
    if not 1 <= games <= MAX_GAMES:
        raise ValueError(f"games must be 1..{MAX_GAMES}, got {games}")
    if lookahead not in (0, 1):
        raise ValueError(f"lookahead must be 0 or 1, got {lookahead}")
    rules = make_rules(height=height, pieces=pieces, max_pieces=max_pieces)
    seeds = [_UNSEEN + (seed << 20) + i for i in range(games)]
    started = time.perf_counter()
    shares = [chunk.tolist() for chunk in np.array_split(np.array(seeds), min(num_threads, games))]
    meter = _ProgressMeter(len(shares), games, max_pieces, progress)
    with ThreadPoolExecutor(len(shares)) as pool:
        try:
            played = list(
                pool.map(
                    lambda k: _play_share(player, rules, shares[k], bool(lookahead), meter, k),
                    range(len(shares)),
                )
            )
        except BaseException:
            meter.give_up()  # Ctrl-C comes to this thread: the others would play on, perhaps for hours.
            raise
    seconds = time.perf_counter() - started
    lines, count, tetrises, score = (np.concatenate([part[k] for part in played]) for k in range(4))
    return Evaluation(
        games=games,
        max_pieces=max_pieces,
        pieces=pieces,
        height=height,
        lookahead=bool(lookahead),
        seed=seed,
        mean_lines=float(lines.mean()),
        median_lines=float(np.median(lines)),
        ci95_lines=bootstrap_interval(lines, seed),
        capped_games=int((count >= max_pieces).sum()) if max_pieces is not None else 0,
        pieces_per_second=float(count.sum() / max(seconds, 1e-9)),
        share_of_fours=float(4 * tetrises.sum() / max(lines.sum(), 1)),
        mean_score=float(score.mean()),
        lines=tuple(int(n) for n in lines),
    )


def bootstrap_interval(lines: NDArray[Any], seed: int) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean (Efron 1979)."""
    generator = np.random.default_rng([seed, 95])
    means = np.array([generator.choice(lines, lines.shape[0]).mean() for _ in range(_RESAMPLES)])
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


_Figures = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Lines, pieces, four-line clears and score of each of some games."""


class _ProgressMeter:
    """Adds the shares' progress up; by pieces where they are capped, else by games that ended."""

    def __init__(self, shares: int, games: int, max_pieces: int | None, progress: Progress | None) -> None:
        self._done = [0.0] * shares
        self._games, self._max_pieces, self._progress = games, max_pieces, progress
        self._is_given_up = False

    def give_up(self) -> None:
        """End all shares at their next round."""
        self._is_given_up = True

    def check(self) -> None:
        """Raise CancelledError where nobody wants the result any more."""
        if self._is_given_up:
            raise CancelledError

    def tell(self, share: int, games: GameStates, running: NDArray[np.bool_]) -> None:
        self.check()
        ended = float((~running).sum())
        if self._max_pieces is not None:
            ended += float((games.pieces[running] / self._max_pieces).sum())
        self._done[share] = ended
        if self._progress is not None:
            self._progress(min(sum(self._done) / self._games, 1.0))


def _play_share(
    player: NetworkPlayer | RandomPlayer,
    rules: Rules,
    seeds: list[int],
    lookahead: bool,
    meter: _ProgressMeter,
    share: int,
) -> _Figures:
    """Play one thread's games."""
    if isinstance(player, RandomPlayer):
        return _play_uncompiled(player, rules, seeds, meter)
    scratch, ahead = new_scratch(), new_scratch()
    games = new_games(seeds)
    running = np.ones(len(seeds), np.bool_)
    reset_games(games, rules, scratch, np.zeros((len(seeds), NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32))
    network = player.network.own_copy()
    weights = None if lookahead else LINEAR_WEIGHTS.get(player.name)
    pieces = max(1, min(_PIECES_A_ROUND, _MAX_PIECES_A_ROUND // len(seeds)) // (10 if lookahead else 1))
    while running.any():
        if weights is not None:
            play_linear(games, rules, weights, pieces, running, scratch)
        else:
            play_network(network, games, rules, lookahead, pieces, running, scratch, ahead)
        meter.tell(share, games, running)
    return games.lines, games.pieces, games.tetrises, games.score


def _play_uncompiled(player: RandomPlayer, rules: Rules, seeds: list[int], meter: _ProgressMeter) -> _Figures:
    values = np.zeros(NUM_ACTIONS, np.float32)
    figures = []
    for seed in seeds:
        meter.check()
        game = Game(
            rules.height, "uniform" if rules.randomizer else "bag", seed, max_pieces=rules.max_pieces or None
        )
        while game.status == RUNNING:
            game.step(player.choose(game, False, values))
        figures.append((game.lines, game.pieces, int(game.games.tetrises[0]), game.score))
    lines, pieces, tetrises, score = np.array(figures, np.int64).T
    return lines, pieces, tetrises, score
