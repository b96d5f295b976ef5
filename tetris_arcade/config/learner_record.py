"""What a training publishes of its learner: the LEARNER record, which it fills in and the viewer reads.

The quantities are those of the last gradient step and of samples of the replay buffer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.changes import Change, Note
from tetris_arcade.config.env import NUM_COLS
from tetris_arcade.config.features import FEATURES
from tetris_arcade.config.probes import PROBES

NUM_FEATURES = len(FEATURES)
MAX_PLACEMENTS = 40
MAX_DRAWN, MAX_ERRORS, MAX_PAIRS = 64, 512, 128
"""Transitions of the last minibatch, errors of the last minibatches, and predictions that are compared."""
MAX_EVENTS, MAX_EVENT_BYTES = 64, 160

REWARD_TERMS = ("piece", "lines", "holes", "max_height", "bumpiness", "end", "other")
"""What a reward is made of: for the piece, for the lines that it clears, the penalties of `RewardShaping`,
the penalty for the end of the game, and what garbage and changed penalties shift between these in a game. A
term that a preset does not have is 0."""

UPDATE = np.dtype(
    [
        ("number", "i8"),  # gradient steps of the run, this one included; 0 = none yet
        ("batch_size", "i8"),
        ("row", "i8"),  # of the transition in the minibatch
        # The transition.
        ("age", "i8"),  # timesteps since it was stored
        ("features", "f4", (NUM_FEATURES,)),  # of the afterstate whose value is learned
        ("num_features", "i8"),
        ("steps", "i8"),  # whose rewards are summed
        ("returns", "f4"),  # their discounted sum
        ("ending", "i1"),  # of the last of them: RUNNING, TERMINATED or TRUNCATED
        ("columns", "i8", (NUM_COLS,)),  # the board after them, as the next three
        ("height", "i8"),
        ("piece", "i1"),
        ("next_piece", "i1"),
        # The target.
        ("num_placements", "i8"),  # distinct ones that survive on that board
        ("actions", "i1", (MAX_PLACEMENTS,)),  # their lowest actions
        ("values", "f4", (MAX_PLACEMENTS,)),  # their Q-values, by the target network
        ("next_value", "f4"),  # of the best; 0 if there is none
        ("discount", "f4"),  # its factor; 0 if the game ended
        ("target", "f4"),
        # The error.
        ("value", "f4"),  # before the gradient step
        ("td_error", "f4"),
        ("huber_delta", "f8"),
        ("loss", "f4"),  # of the whole minibatch
        # The gradient step.
        ("gradient_norm", "f4"),
        ("max_grad_norm", "f8"),
        ("learning_rate", "f8"),
        ("weight", "i8"),  # index of the weight of the last layer that is shown, as the next five
        ("weight_gradient", "f4"),  # after clipping
        ("first_moment", "f4"),  # of Adam, corrected for its start, as the second
        ("second_moment", "f4"),
        ("weight_before", "f4"),
        ("weight_after", "f4"),
        ("value_after", "f4"),  # of the same afterstate
    ],
    align=True,
)
"""One gradient step, followed for one transition of its minibatch: that with the largest error."""

EVENT = np.dtype(
    [("timesteps", "f8"), ("kind", "i1"), ("text", f"S{MAX_EVENT_BYTES}")],
    align=True,
)
CHANGE, NOTE = 1, 2
"""Kinds of events: a hyperparameter was changed, somebody wrote a note. The text is UTF-8."""

LEARNER = np.dtype(
    [
        ("timesteps", "i8"),
        # The replay buffer. Ages are timesteps since a transition was stored.
        ("buffer_size", "i8"),
        ("buffer_capacity", "i8"),
        ("oldest_age", "i8"),
        ("num_drawn", "i8"),  # of the last minibatch, as many as there is room for
        ("drawn_ages", "f4", (MAX_DRAWN,)),
        ("drawn_rewarded", "f4"),  # share of the minibatch with a reward, as the next
        ("drawn_ended", "f4"),  # with the end of a game
        # The target network.
        ("target_age", "f8"),  # timesteps; for soft updates, the mean age of the weights in its average
        ("target_distance", "f4"),  # length of online - target, divided by that of online
        # Errors and gradients.
        ("num_errors", "i8"),
        ("td_errors", "f4", (MAX_ERRORS,)),  # of the last minibatches, in no order
        ("mean_abs_td_error", "f4"),  # of the last minibatch
        ("gradient_norm", "f4"),  # before clipping
        ("max_grad_norm", "f8"),
        # Predicted values against the returns that really followed, of stored transitions.
        ("num_pairs", "i8"),
        ("predicted", "f4", (MAX_PAIRS,)),
        ("returned", "f4", (MAX_PAIRS,)),
        # Exploration.
        ("exploration_rate", "f8"),  # as asked for
        ("exploration_share", "f4"),  # of the last seconds' moves
        # The reward and its terms, in the order of `REWARD_TERMS`, unscaled, of environment 0.
        ("move_reward", "f4", (len(REWARD_TERMS),)),
        ("game_reward", "f4", (len(REWARD_TERMS),)),  # so far
        ("last_game_reward", "f4", (len(REWARD_TERMS),)),
        ("reward_scale", "f8"),  # factor of the rewards that the Q-values are learned from
        # What is set, and may be changed while it trains: see `config.changes`.
        ("learning_rate", "f8"),
        ("gamma", "f8"),
        ("game_over_penalty", "f8"),
        ("shaping", "f8", (3,)),  # holes, max_height, bumpiness
        ("probe_values", "f4", (len(PROBES),)),  # of the playing network
        ("update", UPDATE),
        ("num_events", "i8"),
        ("events", EVENT, (MAX_EVENTS,)),  # the last ones, oldest first
    ],
    align=True,
)


def write_events(record: Any, changes: Sequence[Change], notes: Sequence[Note]) -> None:
    """Write the last changes and notes into a LEARNER record."""
    events = [
        *((change.timesteps, CHANGE, f"{change.name}={change.value:g}") for change in changes),
        *((note.timesteps, NOTE, note.text) for note in notes),
    ]
    events = sorted(events, key=lambda event: event[0])[-MAX_EVENTS:]
    record["num_events"] = len(events)
    for index, (timesteps, kind, text) in enumerate(events):
        record["events"][index] = (timesteps, kind, _cut(text))


def read_events(record: Any) -> list[tuple[float, int, str]]:
    """(timesteps, kind, text) of the events in a LEARNER record, oldest first.

    The text of a change is "name=value", that of a note as it was written.
    """
    events = record["events"][: int(record["num_events"])].tolist()
    return [(timesteps, kind, text.decode(errors="replace")) for timesteps, kind, text in events]


def _cut(text: str) -> bytes:
    """The text in UTF-8, cut to the room that there is."""
    return text.encode()[:MAX_EVENT_BYTES].decode(errors="ignore").encode()


def empty_learner() -> NDArray[np.void]:
    """A LEARNER record, shape (1,), of which nothing is known yet."""
    record = np.zeros(1, LEARNER)
    for name in ("target_distance", "mean_abs_td_error", "gradient_norm", "exploration_share"):
        record[name] = np.nan
    record["probe_values"] = np.nan
    return record
