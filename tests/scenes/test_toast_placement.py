"""Short messages lie over neither the head of a screen, nor a model's name, nor the keys at the foot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pygame import Rect

from tests.fake_screens import open_attract, open_demo, open_duel, open_models, open_replays, open_title
from tests.fakes import FakeWorkerClient
from tests.hidden_app import open_hidden, play_plan
from tests.recording_canvas import watch
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context

_MESSAGE = "imported as a-model-with-a-name-that-is-not-short"


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1080, 1920), (800, 480)])
@pytest.mark.parametrize(
    ("scene", "seconds", "heads"),
    [
        (open_demo, 0.5, ["CHAMPION"]),
        (open_duel, 0.5, ["CHAMPION", "BCTS"]),
        (open_models, 0.5, ["MODELS", "CHAMPION"]),
        (open_title, 2.0, ["champion", "bcts"]),
        (open_replays, 0.5, ["REPLAYS"]),
        (open_attract, 9.0, ["CHAMPION", "PRESS ANY KEY"]),
        (open_attract, 33.0, ["BEST PLAYERS", "PRESS ANY KEY"]),
    ],
)
def test_a_message_covers_neither_heads_nor_names_nor_the_foot(
    scene: Callable[[Context], Scene],
    seconds: float,
    heads: list[str],
    size: tuple[int, int],
    text_size: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    canvases = watch(monkeypatch)
    app = open_hidden(tmp_path, size, scene, Settings(DisplaySettings(text_size=text_size)))
    try:
        play_plan(app, (seconds,), 0.1, is_real_time=False)
        app.context.notify(_MESSAGE, "success")
        play_plan(app, (), is_real_time=False)
    finally:
        app.close()
    canvas = canvases[-1]
    # What is drawn last lies on top: the message, line by line.
    first = next(n for n in range(len(canvas.places)) if _ends_with_message(canvas.places, n))
    covered = canvas.places[first][1].unionall([place for _, place in canvas.places[first:]])
    covered.inflate_ip(canvas.units(14), canvas.units(6))
    assert canvas.rect.contains(covered)  # which is without the foot
    named = [(text, place) for text, place in canvas.places[:first] if text in heads]
    assert {text for text, _ in named} == set(heads)
    assert [text for text, place in named if covered.colliderect(place)] == []


def _ends_with_message(places: list[tuple[str, Rect]], first: int) -> bool:
    return "".join(text for text, _ in places[first:]).replace(" ", "") == _MESSAGE.replace(" ", "")
