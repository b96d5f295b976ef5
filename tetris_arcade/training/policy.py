"""The Q-network: one small network, shared by all placements, that scores an afterstate from its features."""

from __future__ import annotations

from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.torch_layers import create_mlp
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tetris_arcade.config.features import FEATURES, NUM_CLASSIC, NUM_FEATURES
from tetris_arcade.engine.tetromino import NUM_COLS

FALLBACK_ACTION = (NUM_COLS // 2) * 4
"""Where no placement survives: the piece drops as it entered, which never leaves the frame."""
_MASKED = -1e9
_BLOCK_ROWS = 1024


class PlacementQNetwork(QNetwork):
    """Scores each row of an observation alone; placements that are illegal or end the game score -1e9."""

    scale: torch.Tensor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inputs = num_inputs(self.observation_space)
        self.q_net = nn.Sequential(*create_mlp(inputs, 1, self.net_arch, self.activation_fn))
        scale = torch.tensor([feature.scale for feature in FEATURES[:inputs]])
        self.register_buffer("scale", scale, persistent=False)

    def score(self, features: torch.Tensor) -> torch.Tensor:
        """The values, (...,), of afterstates told by (..., 21 or 13) float32 features."""
        return self.q_net(features / self.scale).squeeze(-1)  # type: ignore[no-any-return]

    @torch.no_grad()
    def score_in_blocks(self, features: torch.Tensor) -> torch.Tensor:
        """As `score`, of (M, 21 or 13) float32 rows, without gradients: (M,).

        In blocks of one size, whose layers stay in the processor's cache, and whose memory the next block
        fits into: minibatches of ever other sizes would have the heap grow for hours.
        """
        rows = features.shape[0]
        values = torch.empty(-(-rows // _BLOCK_ROWS) * _BLOCK_ROWS)
        for start in range(0, rows, _BLOCK_ROWS):
            block = features[start : start + _BLOCK_ROWS]
            filled = F.pad(block, (0, 0, 0, _BLOCK_ROWS - block.shape[0]))
            values[start : start + _BLOCK_ROWS] = self.score(filled)
        return values[:rows]

    def forward(self, obs: Any) -> torch.Tensor:
        """The value of each of the 40 placements, (B, 40) float32, from (B, 40, 22 or 13) observations."""
        obs = obs.float()
        values = self.score(obs[..., : self.scale.shape[0]])
        alive = alive_placements(obs)
        values = torch.where(alive, values, _MASKED)
        values[:, FALLBACK_ACTION] += (~alive.any(dim=1)).float()
        return values


class PlacementPolicy(DQNPolicy):
    """stable-baselines3's DQN policy with the shared placement scorer as its network."""

    def make_q_net(self) -> PlacementQNetwork:
        arguments = self._update_features_extractor(self.net_args, features_extractor=None)
        return PlacementQNetwork(**arguments).to(self.device)


def num_inputs(observation_space: spaces.Space[Any]) -> int:
    """How many numbers of an observation's row are features: 21 of 22, or all 13."""
    width = observation_space.shape[1]  # type: ignore[index]
    return NUM_CLASSIC if width == NUM_CLASSIC else NUM_FEATURES


def alive_placements(observations: torch.Tensor) -> torch.Tensor:
    """(B, 40) bool: which rows stand for placements after which the game goes on.

    A classic row has no flag: all zeros are a lost game there, and rows as high as a full board an illegal
    action.
    """
    if observations.shape[-1] != NUM_CLASSIC:
        return observations[..., NUM_FEATURES] != 0
    lowest, highest = observations[..., :NUM_COLS].min(dim=-1).values, observations[..., NUM_COLS]
    full = observations[..., NUM_COLS].amax(dim=-1, keepdim=True)
    illegal = (lowest == highest) & (highest == full) & (observations[..., NUM_COLS + 1] == 0) & (highest > 0)
    return (observations.sum(dim=-1) != 0) & ~illegal
