"""The hyperparameters that can be changed, as the screens name and show them."""

from __future__ import annotations

from typing import Any

from tetris_arcade.config.changes import HYPERPARAMETERS, SHAPING_NAMES
from tetris_arcade.config.learner_record import CHANGE, read_events
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.languages import N_, _, format_number

NAMES = {
    "learning_rate": N_("Learning rate"),
    "gamma": N_("Discount"),
    "exploration": N_("Exploration"),
    "game_over_penalty": N_("Penalty: game over"),
    "holes": N_("Penalty: new holes"),
    "max_height": N_("Penalty: height"),
    "bumpiness": N_("Penalty: bumpiness"),
}
DESCRIPTIONS = {
    "learning_rate": N_("How much an update changes. Too much, and it forgets; too little, and it waits."),
    "gamma": N_("How much the next reward counts, compared with one now. 0 sees only the next move."),
    "exploration": N_("The share of moves that are drawn at random, to find out what they lead to."),
    "game_over_penalty": N_("Subtracted from the reward of the move that ends the game."),
    "holes": N_("Subtracted for each new hole."),
    "max_height": N_("Subtracted for each row by which the stack grows."),
    "bumpiness": N_("Subtracted for each step between columns that is added."),
}


def value_text(name: str, value: float) -> str:
    """A value as it is shown."""
    if name == "exploration":
        return format_number(value, ".0%" if value == round(value, 2) else ".1%")
    return format_number(value, ".4g")


def offered_names(reward: str) -> list[str]:
    """The hyperparameters that count for a reward."""
    return [name for name in HYPERPARAMETERS if name not in SHAPING_NAMES or REWARDS[reward].is_shaped]


def current_value(name: str, learner: Any) -> float:
    """The value that holds now, from a LEARNER record."""
    if name == "exploration":
        return float(learner["exploration_rate"])
    if name in SHAPING_NAMES:
        return float(learner["shaping"][SHAPING_NAMES.index(name)])
    return float(learner[name])


def step_option(name: str, value: float, by: int) -> float:
    """The next larger or smaller of the values to choose from; the value itself at the ends."""
    options = HYPERPARAMETERS[name].options
    others = [option for option in options if (option - value) * by > 1e-12]
    return (min(others) if by > 0 else max(others)) if others else value


def event_texts(learner: Any) -> list[tuple[float, bool, str]]:
    """(timesteps, whether it is a change, its text) of the events in a LEARNER record."""
    return [
        (timesteps, kind == CHANGE, _change_text(text) if kind == CHANGE else text)
        for timesteps, kind, text in read_events(learner)
    ]


def _change_text(text: str) -> str:
    name, _equals, value = text.partition("=")
    if name not in NAMES:
        return text
    return _("{name} {value}").format(name=_(NAMES[name]), value=value_text(name, float(value)))
