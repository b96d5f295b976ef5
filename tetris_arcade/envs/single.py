"""One placement-Tetris game for Gymnasium, over tetris-gymnasium's own Tetris object."""

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
from tetris_arcade.engine.observations import roll_rotations, terminal_classic
from tetris_arcade.engine.placements import new_scratch
from tetris_arcade.engine.simulation import (
    ILLEGAL_ACTION,
    NOT_TURNED,
    RUNNING,
    TERMINATED,
    TRUNCATED,
    mask_games,
    new_games,
    observe_games,
    play_one,
)
from tetris_arcade.engine.tetromino import GARBAGE, NUM_ACTIONS, NUM_COLS, NUM_PIECES, decode_action
from tetris_arcade.envs.spaces import (
    action_space,
    episode_info,
    observation_space,
    row_width,
    rules_from_config,
)

_FIRST_ID = 2  # the package's cells: 0 empty, 1 bedrock, then the pieces
_BEDROCK = 1

Observation = NDArray[np.float32]


class PlacementEnv(gymnasium.Wrapper[Observation, int, Any, Any]):
    """Placement Tetris: one action drops one piece.

    ## Description
    The rules are those of tetris-gymnasium 0.3.1 under grouped actions, and `unwrapped` is that package's
    `Tetris`, kept in the state that its own steps would leave it in; the placements are computed by the
    compiled engine.

    ## Action Space
    `Discrete(40)`: action 4 * column + rotation drops the piece, kept_rotation `rotation` times by `np.rot90`, with
    the left edge of its box at column - box width // 2. An action whose piece leaves the frame is illegal; it
    ends the game.

    ## Observation Space
    float32, one row for each action. `features="afterstate"`: (40, 22), the 21 numbers of
    `tetris_arcade.config.features.FEATURES` (each with its range and source there), and 1; all zeros where
    the placement is illegal or ends the game. `features="classic"`: (40, 13), tetris-gymnasium's ten column
    heights, highest, holes and bumpiness, bit for bit, with the package's faults: row 0 of each afterstate is
    blank, a placement that ends the game is all zeros like an empty board, an illegal one reads as a full
    board.

    ## Rewards
    `lines`: lines cleared. `score`: 10 * lines**2 + 1, 0 where the game ends (the package's). `shaped`:
    `score` less `shaping` x the growth of holes, highest column and bumpiness. In each, `game_over_penalty`
    is taken at the end, and an illegal action earns -0.1.

    ## Starting State
    An empty board, the first piece, and four more in the queue, from a seven-bag or uniform randomizer.
    Unlike in the package, seed 0 is a seed; from seed 1 the pieces are the package's own.

    ## Episode End
    Terminated when a placement collides as it enters, when the next piece does, when garbage pushes a cell
    out at the top, or by an illegal action. Truncated after `max_pieces` pieces. `info`: "action_mask" (40,)
    uint8, legal actions, and "lines_cleared", both as the package has them; at an end "episode" with "r",
    "l", "lines", "pieces". `action_masks()` also masks placements that end the game.

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
        self._scratch = new_scratch()
        self._painter = ColorBoard(config.height)
        self._needs_reset = True
        # The package's own arguments for these raise AttributeError, so its attributes are set.
        randomizer = TrueRandomizer(NUM_PIECES) if config.pieces == "uniform" else BagRandomizer(NUM_PIECES)
        self._tetris.randomizer = randomizer
        self._tetris.queue = TetrominoQueue(randomizer)
        # Its own picture asks numpy for a dtype that is gone; its observation wrapper draws the same one.
        self._tetris.get_rgb = RgbObservation(self._tetris).observation

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start a new game; a seed (0 too) fixes its pieces and those of all games after it."""
        self._seed(seed)
        tetris = self._tetris
        gymnasium.Env.reset(tetris, seed=seed)
        Tetris.reset(tetris, seed=None, options=options)
        for counter in (self._games.lines, self._games.pieces, self._games.score, self._games.tetrises):
            counter[0] = 0
        self._games.reward[0] = 0.0
        self._needs_reset = False
        self._read_package()
        return self._observe(NOT_TURNED), self._info(0, NOT_TURNED)

    def step(self, action: Any) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        """Drop the active piece; raises ValueError for an action outside 0..39 and where no game runs."""
        action = _checked_action(action)
        if self._needs_reset:
            raise ValueError("no game is running: call reset() before step()")
        self._read_package()
        move = self._painter.lock(int(self._games.piece[0]), action)
        reward, lines, status, kept_rotation = play_one(self._games, self._rules, action, self._scratch)
        self._games.reward[0] += reward
        self._write_package(move, status, kept_rotation)
        self._needs_reset = status != RUNNING
        info = self._info(int(lines), kept_rotation)
        if self._needs_reset:
            info["episode"] = episode_info(self._games, 0)
        return self._observe(kept_rotation), float(reward), status == TERMINATED, status == TRUNCATED, info

    def action_masks(self) -> NDArray[np.bool_]:
        """(40,) bool, as sb3-contrib has it: placements that survive, or, where none does, legal ones."""
        self._read_package()
        legal, alive = self._masks()
        return alive if alive.any() else legal

    @property
    def _tetris(self) -> Any:
        return self.unwrapped

    def _seed(self, seed: int | None) -> None:
        """Give the randomizers their generators, as the package would, which takes no heed of seed 0."""
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
        """Take the game from the package's object, which may have been played or changed by its own means."""
        tetris, height = self._tetris, self.config.height
        inside = np.ascontiguousarray(tetris.board[:height, tetris.padding : tetris.padding + NUM_COLS])
        columns_from_cells(inside, self._games.columns[0])
        self._painter.cells[:] = np.where(inside == _BEDROCK, GARBAGE, inside - (inside > 0))
        if tetris.active_tetromino is not None:
            self._games.piece[0] = tetris.active_tetromino.id - _FIRST_ID
        self._games.queue[0] = tetris.queue.queue

    def _write_package(self, move: PlacedPiece, status: int, kept_rotation: int) -> None:
        """Leave the package's object as its own hard drop would."""
        tetris = self._tetris
        if kept_rotation == ILLEGAL_ACTION:
            return
        tetris.game_over = status == TERMINATED
        if move.row is None:
            self._turn_package(move)
            return
        self._painter.apply_garbage(self._games.columns[0])
        cells = self._painter.cells
        inside = np.where(cells == GARBAGE, _BEDROCK, cells + (cells > 0))
        tetris.board[: self.config.height, tetris.padding : tetris.padding + NUM_COLS] = inside
        tetris.spawn_tetromino()
        tetris.has_swapped = False
        self._games.queue[0] = tetris.queue.queue

    def _turn_package(self, move: PlacedPiece) -> None:
        """A piece that collides as it enters stays as it was turned and moved."""
        tetris = self._tetris
        center, rotation = decode_action(move.action)
        for _ in range(rotation):
            tetris.active_tetromino = tetris.rotate(tetris.active_tetromino)
        tetris.x = center + tetris.padding - tetris.active_tetromino.matrix.shape[1] // 2

    def _masks(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(40,) bool each: legal placements, and those after which the game goes on."""
        legal = np.zeros((1, NUM_ACTIONS), np.bool_)
        alive = np.zeros_like(legal)
        mask_games(self._games, self._rules, self._scratch, legal, alive)
        return legal[0], alive[0]

    def _observe(self, kept_rotation: int) -> Observation:
        observation: Observation = np.zeros((NUM_ACTIONS, row_width(self.config)), np.float32)
        observe_games(self._games, self._rules, self._scratch, observation[np.newaxis])
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
