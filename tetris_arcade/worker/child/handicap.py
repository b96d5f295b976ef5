"""A player that now and then takes its second or third best placement, so that a person can win."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.machine_levels import Handicap
from tetris_arcade.engine.single_game import Game
from tetris_arcade.training.players import Player

_STREAM = 0x48414E44
"""Keeps these random numbers apart from those of the pieces."""


class HandicappedPlayer:
    """Wraps a player. The same seed gives the same mistakes; `values` stay those of the player."""

    def __init__(self, player: Player, handicap: Handicap, seed: int) -> None:
        self.name = player.name
        self._player, self._handicap = player, handicap
        self._random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _STREAM])))

    def act(self, observation: NDArray[np.float32], action_mask: NDArray[np.bool_]) -> object:
        """The player's own choice."""
        return self._player.act(observation, action_mask)

    def choose(self, game: Game, lookahead: bool, values: NDArray[np.float32]) -> int:
        """Return an action 0..39, and write the player's values of the placements."""
        best = self._player.choose(game, lookahead, values)
        rank = self._draw_rank()
        # Several actions can be the same placement: they have the same value.
        distinct = np.unique(values[np.isfinite(values)])[::-1]
        if rank == 0 or not distinct.size:
            return best
        value = distinct[min(rank, distinct.size - 1)]
        return int(np.flatnonzero(values == value)[0])

    def _draw_rank(self) -> int:
        """0 for the best placement, 1 for the second, 2 for the third."""
        number = self._random.random()
        if number < self._handicap.third_best:
            return 2
        return int(number < self._handicap.third_best + self._handicap.second_best)
