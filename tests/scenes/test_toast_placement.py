"""Messages cover neither a screen's heading, nor a model's name, nor the footer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pygame import Rect

from tests.fake_screens import open_attract, open_demo, open_duel, open_models, open_replays, open_title
from tests.pilot import OpenPilot
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context

MESSAGE = "imported as a-model-with-a-name-that-is-not-short"


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1080, 1920), (800, 480)])
@pytest.mark.parametrize(
    ("scene", "seconds", "headings"),
    [
        (open_demo, 0.5, ["CHAMPION"]),
        (open_duel, 0.5, ["CHAMPION", "BCTS"]),
        (open_models, 0.5, ["MODELS", "CHAMPION"]),
        (open_title, 2.0, ["champion", "bcts"]),
        (open_replays, 0.5, ["REPLAYS"]),
        (open_attract, 9.0, ["CHAMPION", "PRESS ANY KEY"]),
        (open_attract, 33.0, ["TOP PLAYERS", "PRESS ANY KEY"]),
    ],
)
def test_message_covers_no_heading_and_no_footer(
    open_pilot: OpenPilot,
    scene: Callable[[Context], Scene],
    seconds: float,
    headings: list[str],
    size: tuple[int, int],
    text_size: float,
) -> None:
    settings = Settings(DisplaySettings(text_size=text_size))
    pilot = open_pilot(scene, size, settings, frame_seconds=0.5)
    pilot.advance(seconds)
    pilot.app.context.notify(MESSAGE, "success")
    pilot.send()
    canvas = pilot.canvas
    # The message is drawn last, line by line.
    first = next(index for index in range(len(canvas.places)) if _ends_with_message(canvas.places, index))
    covered = canvas.places[first][1].unionall([place for _, place in canvas.places[first:]])
    covered.inflate_ip(canvas.units(14), canvas.units(6))
    assert canvas.rect.contains(covered)  # the canvas without the footer
    found = [(text, place) for text, place in canvas.places[:first] if text in headings]
    assert {text for text, _ in found} == set(headings)
    assert [text for text, place in found if covered.colliderect(place)] == []


def _ends_with_message(places: list[tuple[str, Rect]], first: int) -> bool:
    return "".join(text for text, _ in places[first:]).replace(" ", "") == MESSAGE.replace(" ", "")
