"""One placement-Tetris game for Gymnasium, over tetris-gymnasium's own Tetris object."""

from __future__ import annotations

from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from numpy.typing import NDArray
from tetris_gymnasium.components.tetromino_queue import TetrominoQueue
from tetris_gymnasium.components.tetromino_randomizer import BagRandomizer, Randomizer, TrueRandomizer
from tetris_gymnasium.envs import Tetris

from tetris_arcade.engine.batch import (
    RUNNING,
    TERMINATED,
    TRUNCATED,
    mask_games,
    new_games,
    observe_ended,
    play_one,
)
from tetris_arcade.engine.board import columns_from_cells
from tetris_arcade.engine.painter import Move, Painter
from tetris_arcade.engine.placements import new_scratch
from tetris_arcade.engine.tetromino import GARBAGE, NUM_ACTIONS, NUM_COLS, NUM_PIECES, decode_action
from tetris_arcade.envs.config import EnvConfig
from tetris_arcade.envs.spaces import action_space, observation_space, rules_of

_FIRST_ID = 2  # the package's cells: 0 empty, 1 bedrock, then the pieces
_BEDROCK = 1

Observation = NDArray[np.float32]


class PlacementEnv(gymnasium.Wrapper[Observation, int, Any, Any]):
    """Placement Tetris: one action drops one piece.

    ## Description
    The rules are those of tetris-gymnasium 0.3.1 under grouped actions, and `unwrapped` is that package's `Tetris`,
    kept in the state that its own steps would leave it in; the placements are computed by the compiled engine.

    ## Action Space
    `Discrete(40)`: action 4 * column + rotation drops the piece, turned `rotation` times by `np.rot90`, with the left
    edge of its box at column - box width // 2. An action whose piece leaves the frame is illegal; it ends the game.

    ## Observation Space
    float32, one row for each action. `features="afterstate"`: (40, 22), the 21 numbers of
    `tetris_arcade.engine.features.FEATURES` (each with its range and source there), and 1; all zeros where the
    placement is illegal or ends the game. `features="classic"`: (40, 13), tetris-gymnasium's ten column heights,
    highest, holes and bumpiness, bit for bit, with the package's faults: row 0 of each afterstate is blank, a
    placement that ends the game is all zeros like an empty board, an illegal one reads as a full board.

    ## Rewards
    `lines`: lines cleared. `score`: 10 * lines**2 + 1, 0 where the game ends (the package's). `shaped`: `score` less
    `shaping` x the growth of holes, highest column and bumpiness. In each, `game_over_penalty` is taken at the end,
    and an illegal action earns -0.1.

    ## Starting State
    An empty board, the first piece, and four more in the queue, from a seven-bag or uniform randomizer. Unlike in the
    package, seed 0 is a seed; from seed 1 the pieces are the package's own.

    ## Episode End
    Terminated when a placement collides as it enters, when the next piece does, when garbage pushes a cell out at the
    top, or by an illegal action. Truncated after `max_pieces` pieces.
    `info`: "action_mask" (40,) uint8, legal actions, and "lines_cleared", both as the package has them; at an end
    "episode" with "r", "l", "lines", "pieces". `action_masks()` also masks placements that end the game.

    ## Arguments
    The fields of `tetris_arcade.envs.EnvConfig`.
    """

    def __init__(self, config: EnvConfig, render_mode: str | None = None) -> None:
        super().__init__(Tetris(height=config.height, render_mode=render_mode))
        self.config = config
        self.action_space = action_space()
        self.observation_space = observation_space(config)
        self._rules = rules_of(config)
        self._games = new_games([0])
        self._scratch = new_scratch()
        self._painter = Painter(config.height)
        self._legal = np.zeros((1, NUM_ACTIONS), np.bool_)
        self._alive = np.zeros((1, NUM_ACTIONS), np.bool_)
        self._needs_reset = True
        self._use_randomizer(
            TrueRandomizer(NUM_PIECES) if config.pieces == "uniform" else BagRandomizer(NUM_PIECES)
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start a new game; a seed (0 too) fixes its pieces and those of all games after it."""
        if seed is not None and seed < 0:
            raise ValueError(f"seed must not be negative, got {seed}")
        tetris = self._tetris
        if seed is not None:
            # The package would ignore seed 0, and takes its generator from here for every other one too.
            tetris.randomizer.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
            self._games.garbage[0, 0] = seed
        elif tetris.randomizer.rng is None:
            tetris.randomizer.rng = np.random.Generator(np.random.PCG64())
            self._games.garbage[0, 0] = tetris.randomizer.rng.integers(2**63)
        gymnasium.Env.reset(tetris, seed=seed)
        Tetris.reset(tetris, seed=None, options=options)
        for counter in (self._games.lines, self._games.pieces, self._games.score, self._games.reward):
            counter[0] = 0
        self._needs_reset = False
        self._read_package()
        return self._observe(0), self._info(0)

    def step(self, action: Any) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        """Drop the active piece; raises ValueError for an action outside 0..39, and after the end of a game."""
        action = _checked_action(action)
        if self._needs_reset:
            raise ValueError("the game is over: call reset() before step()")
        self._read_package()
        move = self._painter.lock(int(self._games.piece[0]), action)
        reward, lines, how, turned = play_one(self._games, self._rules, action, self._scratch)
        self._games.reward[0] += reward
        self._write_package(move, how)
        self._needs_reset = how != RUNNING
        info = self._info(int(lines))
        if how != RUNNING:
            info["episode"] = self._episode()
        return self._observe(int(turned)), float(reward), how == TERMINATED, how == TRUNCATED, info

    def action_masks(self) -> NDArray[np.bool_]:
        """(40,) bool, sb3-contrib's convention: placements after which the game goes on; the legal ones where none is."""
        self._read_package()
        mask_games(self._games, self._rules, self._scratch, self._legal, self._alive)
        return (self._alive if self._alive.any() else self._legal)[0].copy()

    @property
    def _tetris(self) -> Any:
        return self.unwrapped

    def _use_randomizer(self, randomizer: Randomizer) -> None:
        # The package's own arguments for this raise AttributeError, so its attributes are set.
        self._tetris.randomizer = randomizer
        self._tetris.queue = TetrominoQueue(randomizer)

    def _read_package(self) -> None:
        tetris, height = self._tetris, self.config.height
        inside = tetris.board[:height, tetris.padding : tetris.padding + NUM_COLS]
        columns_from_cells(np.ascontiguousarray(inside), self._games.columns[0])
        self._painter.cells[:] = np.where(inside == _BEDROCK, GARBAGE, inside - (inside > 0))
        if tetris.active_tetromino is not None:
            self._games.piece[0] = tetris.active_tetromino.id - _FIRST_ID
        self._games.queue[0] = tetris.queue.queue

    def _write_package(self, move: Move, how: int) -> None:
        """Leave the package's object as its own hard drop would."""
        tetris = self._tetris
        tetris.game_over = how == TERMINATED
        if move.row is None:
            self._turn_package(move)
            return
        self._painter.agree(self._games.columns[0])
        cells = self._painter.cells
        inside = np.where(cells == GARBAGE, _BEDROCK, cells + (cells > 0))
        tetris.board[: self.config.height, tetris.padding : tetris.padding + NUM_COLS] = inside
        tetris.spawn_tetromino()
        tetris.has_swapped = False

    def _turn_package(self, move: Move) -> None:
        """A piece that collides as it enters stays as it was turned and moved; an illegal action moves nothing."""
        if not self._legal_now(move.action):
            return
        tetris = self._tetris
        center, rotation = decode_action(move.action)
        for _ in range(rotation):
            tetris.active_tetromino = tetris.rotate(tetris.active_tetromino)
        tetris.x = center + tetris.padding - tetris.active_tetromino.matrix.shape[1] // 2

    def _legal_now(self, action: int) -> bool:
        mask_games(self._games, self._rules, self._scratch, self._legal, self._alive)
        return bool(self._legal[0, action])

    def _observe(self, turned: int) -> Observation:
        observation = np.zeros(self.observation_space.shape, np.float32)  # type: ignore[arg-type]
        self._games.queue[0] = self._tetris.queue.queue
        observe_ended(self._games, self._rules, turned, self._scratch, observation)
        return observation

    def _info(self, lines: int) -> dict[str, Any]:
        mask_games(self._games, self._rules, self._scratch, self._legal, self._alive)
        return {"action_mask": self._legal[0].astype(np.uint8), "lines_cleared": lines}

    def _episode(self) -> dict[str, Any]:
        games = self._games
        pieces = int(games.pieces[0])
        return {
            "r": float(games.reward[0]),
            "l": pieces,
            "lines": int(games.lines[0]),
            "pieces": pieces,
            "score": int(games.score[0]),
        }


def _checked_action(action: Any) -> int:
    number = np.asarray(action)
    if number.size != 1 or number.dtype.kind not in "iu":
        raise ValueError(f"action must be one integer 0..{NUM_ACTIONS - 1}, got {action!r}")
    if not 0 <= int(number.reshape(())) < NUM_ACTIONS:
        raise ValueError(f"action must be 0..{NUM_ACTIONS - 1}, got {action!r}")
    return int(number.reshape(()))


def make_env(config: EnvConfig | None = None, render_mode: str | None = None) -> PlacementEnv:
    """One placement-Tetris environment, `Discrete(40)`; see `PlacementEnv`."""
    return PlacementEnv(config or EnvConfig(), render_mode)


def make_env_from_fields(render_mode: str | None = None, **fields: Any) -> PlacementEnv:
    """`make_env` for gymnasium's registry: the configuration's fields as keywords."""
    return make_env(EnvConfig(**fields), render_mode)
