"""The Q-network: one small network that maps the features of an afterstate to its Q-value."""

from __future__ import annotations

from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.torch_layers import create_mlp
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tetris_arcade.config.features import FEATURES, NUM_CLASSIC, NUM_FEATURES
from tetris_arcade.engine.tetromino import FALLBACK_ACTION, NUM_COLS

_MASKED = -1e9
_BLOCK_ROWS = 1024


class PlacementQNetwork(QNetwork):
    """Values each row of an observation independently; illegal and losing placements get -1e9."""

    scale: torch.Tensor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inputs = num_inputs(self.observation_space)
        self.q_net = nn.Sequential(*create_mlp(inputs, 1, self.net_arch, self.activation_fn))
        scale = torch.tensor([feature.scale for feature in FEATURES[:inputs]])
        self.register_buffer("scale", scale, persistent=False)

    def score(self, features: torch.Tensor) -> torch.Tensor:
        """Return the Q-values, (...,), of afterstates with (..., 21 or 13) float32 features."""
        return self.q_net(features / self.scale).squeeze(-1)  # type: ignore[no-any-return]

    @torch.no_grad()
    def score_in_blocks(self, features: torch.Tensor) -> torch.Tensor:
        """Return the Q-values, (M,), of (M, 21 or 13) float32 rows, without gradients.

        Computed in blocks of one size: the activations stay in the processor's cache, and the next block
        reuses their memory. With a different M for every minibatch, the heap would grow for hours.
        """
        rows = features.shape[0]
        values = torch.empty(-(-rows // _BLOCK_ROWS) * _BLOCK_ROWS)
        for start in range(0, rows, _BLOCK_ROWS):
            block = features[start : start + _BLOCK_ROWS]
            padded = F.pad(block, (0, 0, 0, _BLOCK_ROWS - block.shape[0]))
            values[start : start + _BLOCK_ROWS] = self.score(padded)
        return values[:rows]

    def forward(self, obs: Any) -> torch.Tensor:
        """Return the Q-values of the 40 placements, (B, 40) float32, for (B, 40, 22 or 13) observations."""
        obs = obs.float()
        values = self.score(obs[..., : self.scale.shape[0]])
        survives = surviving_placements(obs)
        values = torch.where(survives, values, _MASKED)
        values[:, FALLBACK_ACTION] += (~survives.any(dim=1)).float()
        return values


class PlacementPolicy(DQNPolicy):
    """stable-baselines3's DQN policy with `PlacementQNetwork` as its network."""

    q_net: PlacementQNetwork
    q_net_target: PlacementQNetwork
    optimizer: torch.optim.Optimizer

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """Return copies: the parameters may be views of the compiled learner's arrays."""
        state = super().state_dict(*args, **kwargs)
        for name, tensor in state.items():
            state[name] = tensor.detach().clone(memory_format=torch.contiguous_format)
        return state

    def make_q_net(self) -> PlacementQNetwork:
        arguments = self._update_features_extractor(self.net_args, features_extractor=None)
        return PlacementQNetwork(**arguments).to(self.device)


def num_inputs(observation_space: spaces.Space[Any]) -> int:
    """Return how many numbers of an observation's row are features: 21 of 22, or all 13."""
    width = observation_space.shape[1]  # type: ignore[index]
    return NUM_CLASSIC if width == NUM_CLASSIC else NUM_FEATURES


def surviving_placements(observations: torch.Tensor) -> torch.Tensor:
    """Return the mask of the placements after which the game continues, (B, 40) bool.

    An afterstate row ends with that flag. A classic row has none: it is all zeros if the game would be lost,
    and shows columns as high as the board if the action is illegal.
    """
    if observations.shape[-1] != NUM_CLASSIC:
        return observations[..., NUM_FEATURES] != 0
    min_height, max_height = observations[..., :NUM_COLS].min(dim=-1).values, observations[..., NUM_COLS]
    holes, full_height = observations[..., NUM_COLS + 1], max_height.amax(dim=-1, keepdim=True)
    illegal = (min_height == max_height) & (max_height == full_height) & (holes == 0) & (max_height > 0)
    return (observations.sum(dim=-1) != 0) & ~illegal
