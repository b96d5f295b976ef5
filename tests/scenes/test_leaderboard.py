"""The leaderboard ranks results of the standard test, and shows the others with their own conditions."""

from __future__ import annotations

import pygame

from tests.recording_canvas import RecordingCanvas
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.scenes.leaderboard import draw_leaderboard, rank_models
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE


def _model(name: str, evaluation: Evaluation | None) -> ModelEntry:
    return ModelEntry(name, "slot", metadata=Metadata(name, evaluation=evaluation))


MODELS = [
    _model("new", None),
    _model("saturated", Evaluation(10, 397.0, 398.0, (396.0, 398.0), 9, 1, 1_000)),
    _model("weak", Evaluation(100, 2.0, 2.0, (1.0, 3.0), 0, 77, 50_000, "uniform", 10)),
    _model("strong", Evaluation(100, 136.0, 90.0, (99.0, 170.0), 1, 77, 50_000, "uniform", 10)),
]


def test_only_comparable_results_are_ranked() -> None:
    ranked = rank_models(MODELS)
    assert [model.name for model in ranked] == ["strong", "weak", "saturated", "new"]
    canvas = RecordingCanvas(pygame.Surface((1280, 720)), COLOUR_SAFE, SurfaceCache(), 1.0)
    draw_leaderboard(canvas, canvas.rect, ranked)
    written = list(canvas.written)
    assert "100 games, 10 rows, random pieces, at most 50,000 each" in written[0]
    assert {"1", "2", "136.0*", "2.0", "--", "Another test: 397* (bag, 20 rows, max 1,000)"} <= set(written)
    assert "3" not in written
