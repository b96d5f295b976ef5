"""Explains a choice among placements by the network that valued them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.engine.feature_kernels import pattern_diversity
from tetris_arcade.engine.insight import MAX_CANDIDATES, MAX_UNITS, NUM_REASONS, Insight, Outcome
from tetris_arcade.engine.network import LINES, Network
from tetris_arcade.training.contributions import contributions, network_layers

_NUM_BEST = MAX_CANDIDATES - 1


def explain_move(
    network: Network,
    rows: NDArray[np.float32],
    actions: Sequence[int],
    values: NDArray[np.float32],
    chosen: int,
    outcome: Outcome | None = None,
) -> Insight | None:
    """Compare the chosen placement with the best ones.

    rows: (n, at least NUM_FEATURES), the features of n distinct surviving placements. actions: (n,). values:
    (40,), by action. chosen: an action. Returns None if the chosen placement is not among them.
    """
    if chosen not in actions:
        return None
    order = sorted(range(len(actions)), key=lambda p: (-float(values[actions[p]]), actions[p]))[:_NUM_BEST]
    at = actions.index(chosen)
    if at not in order:
        order.append(at)
    reasons = np.array([contributions(network, rows[at], rows[p]) for p in order], np.float32)
    features = np.zeros((len(order), NUM_REASONS), np.float32)
    features[:, :NUM_FEATURES] = rows[order, :NUM_FEATURES]
    if network.diversity_weight:
        features[:, NUM_FEATURES] = [pattern_diversity(rows[p]) for p in order]
    return Insight(
        actions=tuple(actions[p] for p in order),
        values=tuple(float(values[actions[p]]) for p in order),
        chosen=order.index(at),
        features=features,
        contributions=reasons,
        units=hidden_units(network, rows[at]),
        weights=sum_weights(network),
        outcome=outcome,
    )


def hidden_units(network: Network, row: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """The outputs of the hidden layers for an afterstate; of a large layer, MAX_UNITS evenly spaced units."""
    units, x = [], row[:NUM_FEATURES].astype(np.float64)
    for weight, bias in network_layers(network)[:-1]:
        x = np.maximum(weight @ x + bias, 0.0)
        shown = np.linspace(0, x.size - 1, min(x.size, MAX_UNITS)).round().astype(int)
        units.append(x[shown].astype(np.float32))
    return tuple(units)


def sum_weights(network: Network) -> NDArray[np.float32] | None:
    """The weights of a network that is a weighted sum, (NUM_REASONS,); None of any other."""
    (weight, _), *more = network_layers(network)
    return None if more else np.append(weight[0], network.diversity_weight).astype(np.float32)


def immediate_reward(network: Network, row: NDArray[np.float32], before: NDArray[np.float32] | None) -> float:
    """The reward of a placement as the learner counts it, unless the game ends with it.

    row, before: the features of the board after the placement and after the one before, None = an empty
    board: penalties are for what the placement changes.
    """
    change = row[:NUM_FEATURES] if before is None else row[:NUM_FEATURES] - before[:NUM_FEATURES]
    return float(network.line_rewards[int(row[LINES])] + network.feature_rewards @ change)
