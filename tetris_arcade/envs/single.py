"""One placement-Tetris game for Gymnasium, wrapped around tetris-gymnasium's own Tetris object."""

from __future__ import annotations

from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from numpy.typing import NDArray
from tetris_gymnasium.components.tetromino_queue import TetrominoQueue
from tetris_gymnasium.components.tetromino_randomizer import BagRandomizer, TrueRandomizer
from tetris_gymnasium.envs import Tetris
from tetris_gymnasium.wrappers.observation import RgbObservation

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.engine.board import columns_from_cells
from tetris_arcade.engine.color_board import ColorBoard, PlacedPiece
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED, new_games
from tetris_arcade.engine.observations import roll_rotations, terminal_classic
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.engine.simulation import ILLEGAL_ACTION, NO_ROTATION, mask_games, observe_games, play_one
from tetris_arcade.engine.tetromino import GARBAGE, NUM_ACTIONS, NUM_COLS, NUM_PIECES, decode_action
from tetris_arcade.envs.spaces import (
    action_space,
    episode_info,
    observation_space,
    row_width,
    rules_from_config,
)

_BEDROCK, _FIRST_ID = 1, 2
"""Cell values of the package: 0 empty, 1 bedrock, then the pieces."""

Observation = NDArray[np.float32]


class PlacementEnv(gymnasium.Wrapper[Observation, int, Any, Any]):
    """Placement Tetris: one action drops one piece.

    ## Description
    The rules are those of tetris-gymnasium 0.3.1 under grouped actions. `unwrapped` is that package's
    `Tetris`, kept in the state in which its own steps would leave it; the compiled engine computes the
    placements.

    ## Action Space
    `Discrete(40)`: action 4 * column + rotation drops the piece after `rotation` turns by `np.rot90`, with
    the left edge of its box at column - box width // 2. An action is illegal if the piece leaves the frame;
    it ends the game.

    ## Observation Space
    float32, one row per action. `features="afterstate"`: (40, 22), the 21 numbers of
    `tetris_arcade.config.features.FEATURES` (which gives their ranges and sources), then 1; all zeros if the
    placement is illegal or ends the game. `features="classic"`: (40, 13), tetris-gymnasium's ten column
    heights, maximum height, holes and bumpiness, bit for bit, with the package's faults: row 0 of each
    afterstate is blank, a placement that ends the game is all zeros like an empty board, and an illegal one
    looks like a full board.

    ## Rewards
    The presets of `tetris_arcade.config.rewards`: `lines` is the lines cleared; `score` is the package's
    10 * lines**2 + 1, and 0 if the game ends; `shaped` is `score` minus `shaping` times the increase of
    holes, maximum height and bumpiness; `fours` is 4 for four lines at once, nothing for fewer. In each
    preset, `game_over_penalty` is subtracted at game over and an illegal action gives -0.1.

    ## Starting State
    An empty board, the first piece, and four more in the queue, from a seven-bag or uniform randomizer.
    Seeds from 1 give the package's own pieces; unlike in the package, 0 is a seed, too.

    ## Episode End
    Terminated if a placement or the next piece collides at spawn, if garbage pushes a cell out at the top, or
    after an illegal action. Truncated after `max_pieces` pieces. `info`: "action_mask" (40,) uint8, legal
    actions, and "lines_cleared", both as in the package; at the end also "episode" with "r", "l", "lines",
    "pieces", "score". `action_masks()` also masks placements that end the game.

    ## Arguments
    The fields of `tetris_arcade.envs.EnvConfig`.
    """

    def __init__(self, config: EnvConfig, render_mode: str | None = None) -> None:
        super().__init__(Tetris(height=config.height, render_mode=render_mode))
        self.config = config
        self.action_space = action_space()  # type: ignore[assignment]  # numpy integers are integers
        self.observation_space = observation_space(config)  # type: ignore[assignment]
        self._rules = rules_from_config(config)
        self._games = new_games([0])
        self._workspace = new_workspace()
        self._color_board = ColorBoard(config.height)
        self._needs_reset = True
        # The package's arguments for these raise AttributeError, so set the attributes.
        randomizer = TrueRandomizer(NUM_PIECES) if config.pieces == "uniform" else BagRandomizer(NUM_PIECES)
        self._tetris.randomizer = randomizer
        self._tetris.queue = TetrominoQueue(randomizer)
        # The package's get_rgb fails with current numpy; its observation wrapper draws the same picture.
        self._tetris.get_rgb = RgbObservation(self._tetris).observation

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start a new game; a seed (0 is one) determines its pieces and those of all following games."""
        self._seed(seed)
        tetris = self._tetris
        gymnasium.Env.reset(tetris, seed=seed)
        Tetris.reset(tetris, seed=None, options=options)
        for counter in (self._games.lines, self._games.pieces, self._games.score, self._games.tetrises):
            counter[0] = 0
        self._games.reward[0] = 0.0
        self._needs_reset = False
        self._read_package()
        return self._observe(NO_ROTATION), self._info(0, NO_ROTATION)

    def step(self, action: Any) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        """Drop the active piece; raises ValueError for an action outside 0..39 or if no game is running."""
        action = _checked_action(action)
        if self._needs_reset:
            raise ValueError("no game is running: call reset() before step()")
        self._read_package()
        move = self._color_board.lock(int(self._games.piece[0]), action)
        reward, lines, status, kept_rotation = play_one(self._games, self._rules, action, self._workspace)
        self._games.reward[0] += reward
        self._write_package(move, status, kept_rotation)
        self._needs_reset = status != RUNNING
        info = self._info(int(lines), kept_rotation)
        if self._needs_reset:
            info["episode"] = episode_info(self._games, 0)
        return self._observe(kept_rotation), float(reward), status == TERMINATED, status == TRUNCATED, info

    def action_masks(self) -> NDArray[np.bool_]:
        """(40,) bool, sb3-contrib's convention: surviving placements, or the legal ones if none survives."""
        self._read_package()
        legal, surviving = self._masks()
        return surviving if surviving.any() else legal

    @property
    def _tetris(self) -> Any:
        return self.unwrapped

    def _seed(self, seed: int | None) -> None:
        """Seed the generators as the package does, except that the package ignores seed 0."""
        if seed is not None and seed < 0:
            raise ValueError(f"seed must not be negative, got {seed}")
        randomizer = self._tetris.randomizer
        if seed is not None:
            randomizer.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
            self._games.garbage[0, 0] = seed % 2**64
        elif randomizer.rng is None:
            randomizer.rng = np.random.default_rng()
            self._games.garbage[0, 0] = randomizer.rng.integers(2**63)

    def _read_package(self) -> None:
        """Read the game from the package's object, which may have been stepped or changed directly."""
        tetris, height = self._tetris, self.config.height
        inside = np.ascontiguousarray(tetris.board[:height, tetris.padding : tetris.padding + NUM_COLS])
        columns_from_cells(inside, self._games.columns[0])
        self._color_board.cells[:] = np.where(inside == _BEDROCK, GARBAGE, inside - (inside > 0))
        if tetris.active_tetromino is not None:
            self._games.piece[0] = tetris.active_tetromino.id - _FIRST_ID
        self._games.queue[0] = tetris.queue.queue

    def _write_package(self, move: PlacedPiece, status: int, kept_rotation: int) -> None:
        """Update the package's object as its own hard drop would."""
        tetris = self._tetris
        if kept_rotation == ILLEGAL_ACTION:
            return
        tetris.game_over = status == TERMINATED
        if move.row is None:
            self._rotate_package(move)
            return
        self._color_board.apply_garbage(self._games.columns[0])
        cells = self._color_board.cells
        inside = np.where(cells == GARBAGE, _BEDROCK, cells + (cells > 0))
        tetris.board[: self.config.height, tetris.padding : tetris.padding + NUM_COLS] = inside
        tetris.spawn_tetromino()
        tetris.has_swapped = False
        self._games.queue[0] = tetris.queue.queue

    def _rotate_package(self, move: PlacedPiece) -> None:
        """Leave a piece that collided at spawn rotated and moved."""
        tetris = self._tetris
        center, rotation = decode_action(move.action)
        for _ in range(rotation):
            tetris.active_tetromino = tetris.rotate(tetris.active_tetromino)
        tetris.x = center + tetris.padding - tetris.active_tetromino.matrix.shape[1] // 2

    def _masks(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(40,) bool each: legal placements, and surviving ones."""
        legal, surviving = np.zeros((2, 1, NUM_ACTIONS), np.bool_)
        mask_games(self._games, self._rules, self._workspace, legal, surviving)
        return legal[0], surviving[0]

    def _observe(self, kept_rotation: int) -> Observation:
        observation: Observation = np.zeros((NUM_ACTIONS, row_width(self.config)), np.float32)
        observe_games(self._games, self._rules, self._workspace, observation[np.newaxis])
        if self._rules.classic:
            terminal_classic(observation, self.config.height, kept_rotation)
        return observation

    def _info(self, lines: int, kept_rotation: int) -> dict[str, Any]:
        legal = self._masks()[0]
        if kept_rotation > 0:
            roll_rotations(legal, kept_rotation)
        return {"action_mask": legal.astype(np.uint8), "lines_cleared": lines}


def _checked_action(action: Any) -> int:
    number = np.asarray(action)
    if number.size != 1 or number.dtype.kind not in "iu":
        raise ValueError(f"action must be one integer 0..{NUM_ACTIONS - 1}, got {action!r}")
    if not 0 <= int(number.reshape(())) < NUM_ACTIONS:
        raise ValueError(f"action must be 0..{NUM_ACTIONS - 1}, got {action!r}")
    return int(number.reshape(()))
