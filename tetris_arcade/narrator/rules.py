"""The narrator's rules: when each sentence is true, and its numbers. A comparison with NaN is false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tetris_arcade.languages import N_, format_number
from tetris_arcade.narrator.facts import Facts
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.milestones import RANDOM_LINES

Mood = Literal["calm", "curious", "glad", "puzzled", "asleep"]
Numbers = Mapping[str, str]

_FEW_TRIES = 0.055
"""The exploration rate from which tries are counted per ten moves."""
_BETTER, _NO_BETTER, _FEWER_HOLES = 1.3, 1.1, 0.7
_MIN_RISE = 0.5
_PRACTISED_HOURS = 2
_SECONDS_PER_HOUR = 3_600


@dataclass(frozen=True)
class Rule:
    """One sentence, for visitors and for students, with {names} of numbers.

    read: the numbers by name while the sentence is true of the facts, otherwise None. mood: of the face that
    says it.
    """

    key: str
    visitor: str
    student: str
    read: Callable[[Facts], Numbers | None] = lambda _: {}
    mood: Mood = "calm"


def format_count(value: float) -> str:
    """A number with few digits: 1,234, 12 or 3.4."""
    return format_number(value, ",.0f" if abs(value) >= 10 or value == int(value) else ",.1f")


# --- What is said in a state, instead of all else ---

STATES: Mapping[WorkerState, Rule] = {
    WorkerState.STARTING: Rule(
        "starting",
        N_("It is waking up: one moment."),
        N_("The trainer starts: it loads its kernels and the saved run."),
        mood="asleep",
    ),
    WorkerState.PAUSED: Rule(
        "paused",
        N_("It is paused, and learns nothing until it continues."),
        N_("Paused: no timesteps and no updates."),
    ),
    WorkerState.STOPPING: Rule(
        "saving",
        N_("It saves what it has learned."),
        N_("The network, the replay buffer and the games are being saved."),
    ),
    WorkerState.STOPPED: Rule(
        "stopped",
        N_("It rests. What it has learned is saved."),
        N_("The run is saved, and can be continued exactly where it ended."),
        mood="asleep",
    ),
}

# --- News, said once when a milestone is reached ---

NEWS: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "line_1",
            N_("First line! It was luck. Now it can learn that lines are good."),
            N_("First line: the replay buffer holds its first reward for a cleared line."),
            mood="glad",
        ),
        Rule("lines_10", N_("Ten lines in one game!"), N_("First game with 10 lines."), mood="glad"),
        Rule("lines_100", N_("A hundred lines in one game!"), N_("First game with 100 lines."), mood="glad"),
        Rule(
            "random_10",
            N_("It beats random ten times over!"),
            N_("Standard test: ten times the lines of random play."),
            mood="glad",
        ),
        Rule(
            "random_100",
            N_("It beats random a hundred times over!"),
            N_("Standard test: a hundred times the lines of random play."),
            mood="glad",
        ),
        Rule(
            "random_1000",
            N_("It beats random a thousand times over!"),
            N_("Standard test: a thousand times the lines of random play."),
            mood="glad",
        ),
        Rule(
            "random_10000",
            N_("It beats random ten thousand times over!"),
            N_("Standard test: ten thousand times the lines of random play."),
            mood="glad",
        ),
    )
}
"""By the keys of the milestones."""

# --- What is true for a while, one after the other ---


def _guesses(facts: Facts) -> Numbers | None:
    return {} if facts.moves and not facts.updates else None


def _tries(facts: Facts) -> Numbers | None:
    rate = facts.exploration_rate
    return (
        {"tries": format_number(round(10 * rate)), "rate": format_number(rate, ".2f")}
        if rate >= _FEW_TRIES
        else None
    )


def _few_tries(facts: Facts) -> Numbers | None:
    rate = facts.exploration_rate
    is_few = facts.updates > 0 and 0.0 < rate < _FEW_TRIES
    return {"tries": format_count(100 * rate), "rate": format_number(rate, ".3f")} if is_few else None


def _corrections(facts: Facts) -> Numbers | None:
    return {"updates": format_number(facts.updates)} if facts.updates else None


def _average(facts: Facts) -> Numbers | None:
    return {"lines": format_count(facts.average_lines)} if facts.average_lines > 0.0 else None


def _no_line_yet(facts: Facts) -> Numbers | None:
    is_true = facts.games > 0 and facts.best_game_lines == 0
    return {"games": format_number(facts.games), "moves": format_number(facts.moves)} if is_true else None


def _better(facts: Facts) -> Numbers | None:
    now, before = facts.average_lines, facts.average_before
    is_true = now > max(before * _BETTER, before + _MIN_RISE)
    return {"now": format_count(now), "before": format_count(before)} if is_true else None


def _no_better(facts: Facts) -> Numbers | None:
    now, before = facts.average_lines, facts.average_before
    is_true = bool(facts.updates) and before > _MIN_RISE and now < before * _NO_BETTER
    return {"now": format_count(now), "before": format_count(before)} if is_true else None


def _tested(facts: Facts) -> Numbers | None:
    if not facts.test_lines >= 0.0:
        return None
    return {"lines": format_count(facts.test_lines), "random": format_number(RANDOM_LINES, ".1f")}


def _beats_random(facts: Facts) -> Numbers | None:
    factor = facts.test_lines / RANDOM_LINES
    return {"factor": format_number(factor, ",.0f")} if factor >= 2.0 else None


def _fewer_holes(facts: Facts) -> Numbers | None:
    now, first = facts.holes, facts.holes_at_first
    return {"now": format_count(now), "first": format_count(first)} if now < first * _FEWER_HOLES else None


def _expects_more(facts: Facts) -> Numbers | None:
    now, first = facts.expected, facts.expected_at_first
    return {"now": format_count(now), "first": format_count(first)} if now > first + 1.0 else None


def _best_game(facts: Facts) -> Numbers | None:
    return {"lines": format_number(facts.best_game_lines)} if facts.best_game_lines else None


def _age(facts: Facts) -> Numbers | None:
    hours = facts.moves / _SECONDS_PER_HOUR
    if hours < _PRACTISED_HOURS:
        return None
    return {
        "hours": format_number(hours, ",.0f"),
        "moves": format_number(facts.moves),
        "games": format_number(facts.games),
    }


def _speed(facts: Facts) -> Numbers | None:
    return {"rate": format_number(facts.moves_per_second, ",.0f")} if facts.moves_per_second >= 10.0 else None


RULES: tuple[Rule, ...] = (
    Rule(
        "guesses",
        N_("It knows nothing yet: every move is a guess."),
        N_("No update yet: random moves fill the replay buffer."),
        _guesses,
        "curious",
    ),
    Rule(
        "tries",
        N_("It tries moves at random: {tries} of 10."),
        N_("Exploration rate {rate}: {tries} of 10 moves are random."),
        _tries,
        "curious",
    ),
    Rule(
        "corrections",
        N_("It guesses, sees what happens, and corrects the guess: {updates} times so far."),
        N_("{updates} updates: each moves the Q-values of a batch towards their targets."),
        _corrections,
    ),
    Rule(
        "no_line_yet",
        N_("It has not cleared a line yet, in {games} games."),
        N_("No line cleared yet: {games} games, {moves} timesteps."),
        _no_line_yet,
        "puzzled",
    ),
    Rule(
        "better",
        N_("It gets better: {now} lines per game now, {before} when it was half as old."),
        N_("Mean of the last 100 games: {now} lines; {before} at half of the timesteps."),
        _better,
        "glad",
    ),
    Rule(
        "no_better",
        N_("No better than when it was half as old: learning takes patience."),
        N_("Mean of the last 100 games: {now} lines; it was {before} at half of the timesteps."),
        _no_better,
        "puzzled",
    ),
    Rule(
        "few_tries",
        N_("It trusts its guesses now: only {tries} of 100 moves are tries."),
        N_("Exploration rate {rate}: {tries} of 100 moves are random, the others greedy."),
        _few_tries,
    ),
    Rule(
        "average",
        N_("Lines per game now: about {lines}."),
        N_("Mean of the last 100 games: {lines} lines."),
        _average,
    ),
    Rule(
        "tested",
        N_("In the test it clears {lines} lines per game. Random moves clear {random}."),
        N_("Last standard test: {lines} lines per game. Random play: {random}."),
        _tested,
    ),
    Rule(
        "beats_random",
        N_("It clears {factor} times as many lines as random moves do."),
        N_("Standard test: {factor} times the lines of random play."),
        _beats_random,
        "glad",
    ),
    Rule(
        "fewer_holes",
        N_("It leaves fewer holes: {now} on its board now, {first} at first."),
        N_("Holes on the watched board: {now} on average now, {first} in the first samples."),
        _fewer_holes,
    ),
    Rule(
        "expects_more",
        N_("It expects more now: its guess of what is to come rose from {first} to {now}."),
        N_("Mean Q-value: {now}, in the first samples {first}."),
        _expects_more,
    ),
    Rule(
        "best_game",
        N_("Most lines in one game so far: {lines}."),
        N_("Best training game so far: {lines} lines."),
        _best_game,
    ),
    Rule(
        "age",
        N_("A person who makes one move a second would need {hours} hours for as much practice."),
        N_("{moves} timesteps in {games} games."),
        _age,
    ),
    Rule(
        "speed",
        N_("It practises {rate} moves every second."),
        N_("{rate} timesteps per second."),
        _speed,
    ),
)
"""In the order in which they are said first."""
