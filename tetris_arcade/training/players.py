"""Players choose placements. Trained models become plain arrays here: playing does not need torch."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES
from tetris_arcade.config.paths import DataPaths, resolve_data_dir
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.engine.linear_players import LINEAR_WEIGHTS
from tetris_arcade.engine.network import Network, linear_network, make_network, value_game, value_observations
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.slots import load_model, resolve_slot
from tetris_arcade.training.value_semantics import ValueSemantics, semantics_from_metadata

_NOT_LISTED = -1


class Player(Protocol):
    """Chooses placements on one or many boards."""

    name: str

    def act(self, observation: NDArray[np.float32], action_mask: NDArray[np.bool_]) -> Any:
        """Return an action 0..39 for a (40, 22) observation and its (40,) mask, or (N,) int64 for N of them.

        An observation describes the whole board. On a board higher than the training board, `choose` plays
        better.
        """
        ...

    def choose(self, game: Game, lookahead: bool, values: NDArray[np.float32]) -> int:
        """Return an action 0..39 for the current piece of `game`.

        Writes the Q-values of the 40 placements into `values`, (40,), NaN for those that end the game.
        """
        ...


class NetworkPlayer:
    """Plays the placement with the highest Q-value."""

    def __init__(self, name: str, network: Network) -> None:
        self.name = name
        self.network = network
        self._workspace, self._next_workspace = new_workspace(), new_workspace()

    def values(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the Q-values, (40,) or (N, 40) float32, NaN for placements that end the game."""
        batch = np.ascontiguousarray(observation.reshape(-1, *observation.shape[-2:]), np.float32)
        values = np.empty(batch.shape[:2], np.float32)
        value_observations(self.network, batch, values)
        return values.reshape(observation.shape[:-1])

    def act(self, observation: NDArray[np.float32], action_mask: NDArray[np.bool_]) -> Any:
        values = self.values(observation)
        best = np.where(np.isnan(values) | ~action_mask, -np.inf, values).argmax(axis=-1)
        is_lost = np.isnan(values).all(axis=-1)
        return _to_action(np.where(is_lost, action_mask.argmax(axis=-1), best))

    def choose(self, game: Game, lookahead: bool, values: NDArray[np.float32]) -> int:
        self.network.actions.fill(_NOT_LISTED)
        return int(
            value_game(
                self.network,
                game.games,
                game.rules,
                0,
                lookahead,
                self._workspace,
                self._next_workspace,
                values,
            )
        )

    def last_placements(self) -> tuple[NDArray[np.float32], list[int]]:
        """The distinct surviving placements that `choose` compared last, as the network saw them.

        Returns a view of their features, (n, at least NUM_FEATURES), and their lowest actions.
        """
        count = int(np.count_nonzero(self.network.actions[:, 0] != _NOT_LISTED))
        return self.network.rows[:count], self.network.actions[:count, 0].tolist()


class RandomPlayer:
    """Plays random placements that do not end the game."""

    name = "random"

    def __init__(self, seed: int = 0, *more_seeds: int) -> None:
        self.seed = seed
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *more_seeds])))

    def act(self, observation: NDArray[np.float32], action_mask: NDArray[np.bool_]) -> Any:
        return _to_action(
            np.where(action_mask, self._generator.random(action_mask.shape), -1.0).argmax(axis=-1)
        )

    def choose(self, game: Game, lookahead: bool, values: NDArray[np.float32]) -> int:
        """Return a random placement. It rates none, so all `values` become NaN."""
        values[:] = np.nan
        return int(self.act(np.zeros((NUM_ACTIONS, 0), np.float32), game.action_mask()))


def _to_action(actions: NDArray[np.int64]) -> Any:
    return int(actions) if actions.ndim == 0 else actions


def load_player(
    name: str | Path, paths: DataPaths | None = None, seed: int = 0
) -> NetworkPlayer | RandomPlayer:
    """Load a player: a slot, a checkpoint ("latest", "best", "final"), a reference player, or a path.

    `seed` is that of the random player. Raises UnknownModelError if there is no such player, ArchiveError if
    its file is damaged or unsafe.
    """
    text = str(name)
    if text in LINEAR_WEIGHTS:
        return NetworkPlayer(text, linear_network(LINEAR_WEIGHTS[text]))
    if text in REFERENCE_PLAYERS:
        return RandomPlayer(seed)
    ref = resolve_slot(paths or resolve_data_dir(None), text)
    model = load_model(ref)
    network = network_from_policy(model.policy, semantics_from_metadata(model.metadata))
    return NetworkPlayer(ref.name, network)


_LAYER = re.compile(r"^q_net\.q_net\.(\d+)\.weight$")


def network_from_policy(policy: Mapping[str, NDArray[np.float32]], semantics: ValueSemantics) -> Network:
    """Return the online network of a saved `PlacementPolicy` as a `Network` over unscaled features."""
    indices = sorted(int(match[1]) for name in policy if (match := _LAYER.match(name)))
    layers = [(policy[f"q_net.q_net.{i}.weight"], policy.get(f"q_net.q_net.{i}.bias")) for i in indices]
    if not layers or any(
        bias is None or weight.ndim != 2 or bias.shape != weight.shape[:1] for weight, bias in layers
    ):
        raise ArchiveError("this model's network is not one that this program can play")
    return fold_input_scale([(weight, bias) for weight, bias in layers if bias is not None], semantics)


def fold_input_scale(
    layers: list[tuple[NDArray[np.float32], NDArray[np.float32]]], semantics: ValueSemantics
) -> Network:
    """Return a network over unscaled features from layers that were trained on scaled ones."""
    inputs = layers[0][0].shape[1]
    scale = np.array([feature.scale for feature in FEATURES[:inputs]], np.float32)
    if scale.shape[0] != inputs:
        raise ArchiveError(f"this model takes {inputs} features, this program has {len(FEATURES)}")
    for (weight, _), (next_weight, _) in itertools.pairwise(layers):
        if weight.shape[0] != next_weight.shape[1]:
            raise ArchiveError("this model's layers do not fit together")
    try:
        return make_network(
            [(layers[0][0] / scale, layers[0][1]), *layers[1:]],
            line_rewards=semantics.line_rewards,
            feature_rewards=semantics.feature_rewards,
            discount=semantics.discount,
            window_rows=semantics.height,
        )
    except ValueError as error:
        raise ArchiveError(str(error)) from error
