"""One game in color, played one placement at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.color_board import ColorBoard, PlacedPiece
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, new_games
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, new_workspace
from tetris_arcade.engine.randomizer import GENERATOR_WORDS, check_generators
from tetris_arcade.engine.rules import make_rules
from tetris_arcade.engine.simulation import mask_games, observe_games, play_one, reset_games
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS


class Game:
    """A placement-Tetris game; the same arguments give the same game on any machine."""

    def __init__(
        self,
        height: int = 20,
        pieces: str = "bag",
        seed: int = 0,
        garbage_every: int | None = None,
        max_pieces: int | None = None,
        start_state: NDArray[np.uint64] | None = None,
        rule_set: str = "package",
    ) -> None:
        """Start a game.

        start_state: (7,) uint64, see `engine.game_state`: replaces the seed, to repeat a game with that start
        state. Raises ValueError if a setting or the start state is invalid.
        """
        self.rules = make_rules(
            height=height,
            pieces=pieces,
            garbage_every=garbage_every,
            max_pieces=max_pieces,
            rule_set=rule_set,
        )
        self.games = new_games([seed])
        if start_state is not None:
            check_generators(start_state[np.newaxis, :GENERATOR_WORDS])
            self.games.generator[0] = start_state[:GENERATOR_WORDS]
            self.games.garbage[0] = start_state[GENERATOR_WORDS:]
        self.status = RUNNING
        self._workspace = new_workspace()
        self._color_board = ColorBoard(self.rules.height)
        self._observation = np.zeros((1, NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32)
        reset_games(self.games, self.rules, self._workspace, self._observation)

    @property
    def height(self) -> int:
        """Rows of the board; under the literature's rules with those above it."""
        return self.rules.height

    @property
    def cells(self) -> NDArray[np.uint8]:
        """The board, (H, 10) uint8, row 0 on top: 0 empty, 1..7 piece + 1, 8 garbage."""
        return self._color_board.cells

    @property
    def piece(self) -> int:
        return int(self.games.piece[0])

    @property
    def next_pieces(self) -> tuple[int, ...]:
        return tuple(int(piece) for piece in self.games.queue[0])

    @property
    def lines(self) -> int:
        return int(self.games.lines[0])

    @property
    def pieces(self) -> int:
        return int(self.games.pieces[0])

    @property
    def score(self) -> int:
        return int(self.games.score[0])

    @property
    def is_over(self) -> bool:
        """Whether the game has ended, by topping out or by reaching `max_pieces`."""
        return self.status != RUNNING

    @property
    def is_topped_out(self) -> bool:
        return self.status == TERMINATED

    def observation(self) -> NDArray[np.float32]:
        """The active piece's afterstates, (40, NUM_FEATURES + 1) float32, see `config.features`."""
        observe_games(self.games, self.rules, self._workspace, self._observation)
        return self._observation[0].copy()

    def action_mask(self) -> NDArray[np.bool_]:
        """(40,) bool: placements after which the game continues, or the legal ones if there are none."""
        legal, surviving = np.zeros((2, 1, NUM_ACTIONS), np.bool_)
        mask_games(self.games, self.rules, self._workspace, legal, surviving)
        return surviving[0] if surviving.any() else legal[0]

    def push_garbage(self, holes: Sequence[int]) -> None:
        """Push in rows from below, from top to bottom, each full except for one column.

        The game ends if a filled cell leaves at the top, or if the active piece has no room then. Raises
        ValueError if the game is over.
        """
        if self.is_over:
            raise ValueError("the game is over: start a new one")
        columns, overflow = self.games.columns[0], 0
        for hole in holes:
            raised = columns << 1 | (np.arange(NUM_COLS) != hole)
            overflow |= int((raised >> self.height).any())
            columns[:] = raised & ((1 << self.height) - 1)
            self._color_board.apply_garbage(columns)
        legal, surviving = np.zeros((2, 1, NUM_ACTIONS), np.bool_)
        mask_games(self.games, self.rules, self._workspace, legal, surviving)
        if overflow or not legal.any():
            self.status = TERMINATED

    def step(self, action: int) -> PlacedPiece:
        """Play one placement; raises ValueError if the action is outside 0..39 or the game is over."""
        if self.is_over:
            raise ValueError("the game is over: start a new one")
        if not 0 <= action < NUM_ACTIONS:
            raise ValueError(f"action must be 0..{NUM_ACTIONS - 1}, got {action}")
        move = self._color_board.lock(self.piece, action)
        _, _, self.status, _ = play_one(self.games, self.rules, action, self._workspace)
        self._color_board.apply_garbage(self.games.columns[0])
        return move
