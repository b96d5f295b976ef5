"""What screens say about models, and that the registry's figures of the reference players are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.scenes.model_info import (
    board_text,
    env_text,
    learning_curve,
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
