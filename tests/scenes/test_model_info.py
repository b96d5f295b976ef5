"""What screens say about models, and that the registry's figures of the reference players are right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tetris_arcade.config.evaluation import STANDARD_TEST, Evaluation, EvaluationConditions
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.scenes.model_info import (
    board_text,
    env_text,
    learning_curve,
    mean_text,
    origin_label,
)
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import load_player


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        (ModelEntry("best", "checkpoint", metadata=Metadata("best")), "training"),
        (ModelEntry("bcts", "reference"), "hand-made"),
        (ModelEntry("champion", "shipped", metadata=Metadata("champion", origin="shipped")), "built in"),
        (ModelEntry("mine", "slot", metadata=Metadata("mine")), "saved copy"),
        (ModelEntry("gift", "slot", metadata=Metadata("gift", origin="imported")), "imported"),
        (ModelEntry("broken", "slot", error="damaged"), "saved copy"),
    ],
)
def test_origin_label(entry: ModelEntry, label: str) -> None:
    assert origin_label(entry) == label


def test_boards_are_described_whatever_a_file_says() -> None:
    assert board_text("uniform", 10) == "random pieces, 10 rows"
    assert env_text({}) == "bag, 20 rows"
    assert env_text({"pieces": ["odd"], "height": "tall"}) == "['odd'], tall rows"


def test_result_says_its_conditions_unless_it_is_ranked() -> None:
    ranked = Evaluation(100, 136.4, 100.0, (120.0, 150.0), 0, 77, 50_000, "uniform", 10)
    assert mean_text(ranked) == "136"
    assert mean_text(replace(ranked, capped_games=1)) == "136*"
    assert mean_text(replace(ranked, mean_lines=5.67)) == "5.7"
    assert mean_text(replace(ranked, max_pieces=1_000)) == "136 (random, 10 rows, max 1,000)"
    others = [{"games": 99}, {"pieces": "bag"}, {"height": 20}, {"lookahead": True}, {"max_pieces": None}]
    assert not any(replace(ranked, **other).is_ranked for other in others)
    assert replace(ranked, games=200, seed=5).is_ranked


def test_curve_of_an_earlier_version_has_its_own_conditions() -> None:
    env = {"pieces": "bag", "height": 20}
    old = Metadata("old", env=env, training={"best_eval_games": 10, "best_eval_max_pieces": 1_000})
    assert old.curve_conditions == EvaluationConditions(10, 1_000, "bag", 20)
    assert Metadata("older", env=env).curve_conditions is None
    new = Metadata("new", env=env, test=STANDARD_TEST, best_eval_lines=9.0)
    assert (new.curve_conditions, new.best_test_lines) == (STANDARD_TEST, 9.0)
    assert replace(old, best_eval_lines=9.0).best_test_lines is None


def test_learning_curve_needs_a_test() -> None:
    assert learning_curve(Metadata("new")) is None
    graph = learning_curve(Metadata("old", learning_curve=((100, 1.0), (200, 3.5))))
    assert graph is not None
    (curve,) = graph.curves
    assert (curve.timesteps.tolist(), curve.values.tolist()) == ([100.0, 200.0], [1.0, 3.5])


@pytest.mark.parametrize("name", REFERENCE_PLAYERS)
def test_reference_player_plays_as_its_figures_say(name: str, tmp_path: Path) -> None:
    known = ModelEntry(name, "reference").evaluation
    assert known is not None
    assert known.is_ranked
    measured = evaluate(
        load_player(name, DataPaths(tmp_path)),
        games=100 if name == "random" else 40,
        max_pieces=known.max_pieces,
        pieces=known.pieces,
        height=known.height,
        seed=known.seed,
    )
    low, high = measured.ci95_lines
    assert low - 0.5 <= known.mean_lines <= high + 0.5
    assert measured.capped_games == known.capped_games == 0
