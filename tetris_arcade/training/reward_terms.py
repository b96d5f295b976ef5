"""What the rewards of environment 0 are made of, per move and per game.

No move is followed for it: the terms of a game follow from its totals and its board, those of the last move
from the replay buffer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.learner_record import REWARD_TERMS
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.engine.board import measure_board
from tetris_arcade.engine.game_state import RUNNING, TERMINATED

if TYPE_CHECKING:
    from tetris_arcade.envs.vector import PlacementVecEnv
    from tetris_arcade.training.replay_kernels import TransitionRing

PIECE, LINES, HOLES, MAX_HEIGHT, BUMPINESS, END, OTHER = range(len(REWARD_TERMS))
_EMPTY = np.zeros(10, np.int64)


def last_move_terms(env: PlacementVecEnv, ring: TransitionRing, reward: float) -> NDArray[np.float64]:
    """The terms, (7,), of environment 0's last move, which got this reward; they sum to it."""
    spec, rules, terms = REWARDS[env.config.reward], env.rules, np.zeros(len(REWARD_TERMS))
    status = env.ended.status[0]
    if status == TERMINATED:
        terms[END] = -rules.game_over_penalty
    else:
        terms[PIECE] = spec.line_rewards[0]
        if spec.is_shaped:
            source = env.games if status == RUNNING else env.ended
            pieces = int(source.pieces[0])
            has_garbage = bool(rules.garbage_every) and pieces % rules.garbage_every == 0
            after = source.columns[0] >> 1 if has_garbage else source.columns[0]
            before = _EMPTY if pieces == 1 else _board_before_last(ring, back=2)
            terms[HOLES : BUMPINESS + 1] = _shaping(env, after) - _shaping(env, before)
    terms[LINES] = reward - terms.sum()
    return terms


def game_terms(env: PlacementVecEnv, ring: TransitionRing, *, has_ended: bool = False) -> NDArray[np.float64]:
    """The terms, (7,), of environment 0's game so far, or of the game that its last move ended.

    They sum to the game's reward. The penalties are for changes of the board, so that their sums follow from
    the last board. Garbage changes the board without one, and the penalties themselves may have been changed
    during the game: that is in the last term.
    """
    spec, terms = REWARDS[env.config.reward], np.zeros(len(REWARD_TERMS))
    source = env.ended if has_ended else env.games
    is_lost = has_ended and env.ended.status[0] == TERMINATED
    reward, score, pieces = float(source.reward[0]), int(source.score[0]), int(source.pieces[0])
    terms[END] = -env.rules.game_over_penalty if is_lost else 0.0
    if spec.is_shaped:
        # Nothing is paid for the placement that loses a game: the board before it counts.
        columns = _board_before_last(ring, back=1) if is_lost else source.columns[0]
        terms[HOLES : BUMPINESS + 1] = _shaping(env, columns)
    if spec.line_rewards[0]:
        # tetris-gymnasium's reward, whose sum is the score: 1 per piece that is paid for, and tens for lines.
        is_last_unpaid = is_lost and (score - pieces) % 10 != 0
        terms[PIECE] = pieces - is_last_unpaid
        terms[LINES] = score - terms[PIECE]
    else:
        terms[LINES] = reward - terms.sum()
    terms[OTHER] = reward - terms.sum()
    return terms


def _shaping(env: PlacementVecEnv, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """The penalties, (3,), for what is on a board, (10,) columns."""
    stats, rules = measure_board(columns), env.rules
    return np.array(
        [
            -rules.holes_penalty * stats.holes,
            -rules.height_penalty * stats.max_height,
            -rules.bumpiness_penalty * stats.bumpiness,
        ]
    )


def _board_before_last(ring: TransitionRing, back: int) -> NDArray[np.int64]:
    """The board, (10,) columns, after the last but (`back` - 1) stored transition of environment 0."""
    columns: NDArray[np.int64] = ring.columns[0, (int(ring.stored[0]) - back) % ring.reward.shape[1]]
    return columns
