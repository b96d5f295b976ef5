"""The narrator: which sentence is said when, from which numbers."""

from __future__ import annotations

import string
from dataclasses import replace

import numpy as np
import pytest

from tetris_arcade.narrator.facts import Facts, read_facts
from tetris_arcade.narrator.narrator import Narrator
from tetris_arcade.narrator.rules import NEWS, RULES, STATES, Rule
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.milestones import MILESTONES, RANDOM_LINES
from tetris_arcade.worker.shared.telemetry import empty_frame, empty_series

FIRST_LINE = MILESTONES[0]
LEARNING = Facts(
    moves=50_000,
    moves_per_second=2_000.0,
    games=900,
    updates=3_000,
    exploration_rate=0.02,
    best_game_lines=31,
    average_lines=12.0,
    average_before=1.5,
    test_lines=RANDOM_LINES * 120,
    expected=14.0,
    expected_at_first=-1.0,
    holes=4.0,
    holes_at_first=40.0,
    milestones=(FIRST_LINE,),
)


def said(narrator: Narrator, facts: Facts, now: float) -> str:
    narrator.update(facts, now)
    return "" if narrator.sentence is None else narrator.sentence.text("visitor")


def test_tries_are_counted_in_ten_moves() -> None:
    facts = Facts(moves=3_000, updates=100, exploration_rate=0.7)
    assert said(Narrator(), facts, 0.0) == "It tries moves at random: 7 of 10."


def test_student_reads_the_terms() -> None:
    narrator = Narrator()
    narrator.update(Facts(moves=3_000, updates=100, exploration_rate=0.7), 0.0)
    assert narrator.sentence is not None
    assert narrator.sentence.text("student") == "Exploration rate 0.70: 7 of 10 moves are random."


def test_nothing_is_said_of_a_run_without_moves() -> None:
    assert said(Narrator(), Facts(), 0.0) == ""


def test_milestone_is_news_at_once_and_once() -> None:
    narrator, facts = Narrator(), replace(LEARNING, milestones=())
    said(narrator, facts, 0.0)
    assert said(narrator, LEARNING, 0.5).startswith("First line!")
    assert narrator.sentence is not None
    assert narrator.sentence.is_news
    assert not said(narrator, LEARNING, 10.0).startswith("First line!")


def test_milestones_of_before_are_no_news() -> None:
    narrator = Narrator()
    assert not said(narrator, LEARNING, 0.0).startswith("First line!")


def test_two_milestones_are_told_one_after_the_other() -> None:
    narrator = Narrator()
    said(narrator, replace(LEARNING, milestones=()), 0.0)
    both = replace(LEARNING, milestones=MILESTONES[:2])
    texts = [said(narrator, both, now) for now in (1.0, 2.0, 8.0)]
    assert texts == [NEWS["line_1"].visitor] * 2 + [NEWS["lines_10"].visitor]


def test_every_true_sentence_gets_its_turn() -> None:
    narrator = Narrator()
    true = [rule.key for rule in RULES if rule.read(LEARNING) is not None]
    keys = []
    for turn in range(2 * len(true)):
        narrator.update(LEARNING, turn * 7.5)
        assert narrator.sentence is not None
        keys.append(narrator.sentence.rule.key)
    assert keys == true * 2
    assert len(true) > 8


def test_a_sentence_stays_while_its_numbers_change() -> None:
    narrator = Narrator()
    first = said(narrator, LEARNING, 0.0)
    assert said(narrator, replace(LEARNING, updates=3_100), 3.0) == first
    assert said(narrator, replace(LEARNING, updates=3_100), 7.5) != first


def test_another_run_starts_anew() -> None:
    narrator = Narrator()
    said(narrator, LEARNING, 0.0)
    said(narrator, Facts(moves=16, exploration_rate=1.0), 1.0)
    assert said(narrator, Facts(moves=32, exploration_rate=1.0, milestones=(FIRST_LINE,)), 1.1).startswith(
        "First line!"
    )


@pytest.mark.parametrize("state", STATES)
def test_states_are_said_instead(state: WorkerState) -> None:
    narrator = Narrator()
    said(narrator, LEARNING, 0.0)
    assert said(narrator, replace(LEARNING, state=state), 0.1) == STATES[state].visitor
    assert said(narrator, LEARNING, 0.2) != STATES[state].visitor


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("guesses", Facts(moves=100)),
        ("no_line_yet", Facts(moves=100, games=3)),
        ("no_better", Facts(moves=100, updates=5, average_lines=9.0, average_before=9.0)),
        ("few_tries", Facts(moves=100, updates=5, exploration_rate=0.02)),
        ("beats_random", Facts(moves=100, test_lines=RANDOM_LINES * 3)),
    ],
)
def test_rules_hold_where_they_should(key: str, facts: Facts) -> None:
    (rule,) = [rule for rule in RULES if rule.key == key]
    assert rule.read(facts) is not None
    assert rule.read(Facts()) is None


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_sentences_use_only_numbers_that_they_have(rule: Rule) -> None:
    many = [
        LEARNING,
        Facts(moves=9),
        Facts(moves=9, games=2),
        Facts(moves=9, updates=1, exploration_rate=0.5),
    ]
    many.append(replace(LEARNING, average_before=12.0))
    numbers = next(found for facts in many if (found := rule.read(facts)) is not None)
    assert _names(rule.visitor) | _names(rule.student) <= set(numbers)


def test_every_milestone_has_news() -> None:
    assert {milestone.key for milestone in MILESTONES} == set(NEWS)


def test_facts_are_read_from_telemetry() -> None:
    frame, series = empty_frame()[0], empty_series()[0]
    frame["counters"]["timesteps"] = 4_000
    frame["counters"]["epsilon"] = 0.4
    frame["counters"]["episodes"] = 70
    frame["counters"]["mean_lines_100"] = 3.5
    for name, values in (("holes", np.linspace(40, 2, 40)), ("smoothed_lines", np.linspace(0, 4, 40))):
        graph = series[name]
        graph["count"] = 40
        graph["timesteps"][:40], graph["values"][:40] = np.arange(1, 41) * 100, values
    series["milestones"][0] = 1_200
    facts = read_facts(frame, series, WorkerState.RUNNING)
    assert (facts.moves, facts.exploration_rate, facts.average_lines) == (4_000, 0.4, 3.5)
    assert facts.holes < 10 < 30 < facts.holes_at_first
    assert facts.average_before == pytest.approx(2.0, abs=0.1)
    assert facts.milestones == (FIRST_LINE,)
    assert not facts.test_lines >= 0.0
