"""Names and tables: a good game asks for three letters, and is in the tables after that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import KioskSettings, Settings
from tetris_arcade.realtime.modes import MARATHON, SPRINT, GameMode
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.scenes.play.tables import TablesScene
from tetris_arcade.scenes.settings.kiosk import kiosk_entries
from tetris_arcade.storage.high_scores import HighScores, new_score


def _lose(open_pilot: OpenPilot, mode: GameMode = MARATHON, settings: Settings | None = None) -> Pilot:
    """A game that has ended with a few points."""
    pilot = open_pilot(lambda context: SoloScene(context, mode, make_seed=lambda: 7), (1280, 720), settings)
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    for _ in range(30):
        pilot.press("space")
    pilot.advance(2.0)
    return pilot


def _scores(pilot: Pilot) -> HighScores:
    return HighScores(pilot.app.context.paths)


def test_letters_are_typed(open_pilot: OpenPilot) -> None:
    pilot = _lose(open_pilot)
    assert pilot.title == "Initials"
    assert pilot.sees("NEW RECORD")
    pilot.press("k", "i", "m", "return")
    assert pilot.title == "Result"
    assert pilot.sees("place 1")
    (game,) = _scores(pilot).table("marathon", "day", datetime.now())
    assert game.name == "KIM"
    assert game.value > 0


def test_letters_are_turned(open_pilot: OpenPilot) -> None:
    pilot = _lose(open_pilot)
    pilot.press("down", "return", "up", "return", "down", "down", "return")
    assert pilot.title == "Result"
    assert _scores(pilot).table("marathon", "ever", datetime.now())[0].name == "B C"


def test_a_pad_gives_letters(open_pilot: OpenPilot) -> None:
    pilot = _lose(open_pilot)
    pilot.press_pad(12, 0, 0, 0)  # down, and the button "a"
    assert _scores(pilot).table("marathon", "ever", datetime.now())[0].name == "BAA"


def test_insults_are_refused_by_a_list_that_can_be_edited(open_pilot: OpenPilot) -> None:
    settings = Settings(kiosk=KioskSettings(refused_names=("BAD",)))
    pilot = _lose(open_pilot, settings=settings)
    pilot.press("b", "a", "d", "return")
    assert pilot.title == "Initials"
    assert _scores(pilot).modes() == []
    pilot.press("a", "s", "s", "return")
    assert pilot.title == "Result"


def test_no_name_is_stored_without_letters(open_pilot: OpenPilot) -> None:
    pilot = _lose(open_pilot)
    pilot.press("escape")
    assert pilot.title == "Result"
    assert _scores(pilot).modes() == []


def test_a_sprint_that_is_not_finished_is_no_result(open_pilot: OpenPilot) -> None:
    assert _lose(open_pilot, SPRINT).title == "Result"


def test_no_letters_for_a_game_that_is_not_good_enough(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7), (1280, 720))
    scores = _scores(pilot)
    for value in range(10):
        scores.add("marathon", new_score("TOP", 900_000 + value, datetime.now(), is_better_lower=False))
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    for _ in range(30):
        pilot.press("space")
    pilot.advance(2.0)
    assert pilot.title == "Result"


def _with_a_score(make: Callable[[Context], Scene]) -> Callable[[Context], Scene]:
    """Opens a scene after somebody has cleared 40 lines."""

    def open_scene(context: Context) -> Scene:
        score = new_score("ZOE", 41_500_000, datetime.now(), is_better_lower=True)
        HighScores(context.paths).add("sprint", score)
        return make(context)

    return open_scene


def _tables(context: Context) -> Scene:
    return TablesScene(context, SPRINT)


@pytest.mark.parametrize("make", [_tables, AttractScene])
def test_tables_are_shown(open_pilot: OpenPilot, make: Callable[[Context], Scene]) -> None:
    pilot = open_pilot(_with_a_score(make), (1280, 720), None, 0.5)
    for _ in range(160):
        if pilot.sees("ZOE"):
            break
        pilot.send()
    assert pilot.sees("1 ZOE")
    assert pilot.sees("0:41.50")
    assert pilot.sees("TODAY")


def test_the_operator_exports_and_empties_the_tables(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(_with_a_score(_tables))
    context = pilot.app.context
    entries = {entry.key: entry for entry in kiosk_entries(context, lambda kiosk: None)}
    assert entries["export_scores"].choose is not None
    entries["export_scores"].choose()
    (file,) = context.paths.replays.rglob("*.csv")
    assert "sprint,ZOE,41500000" in file.read_text()
    assert entries["empty_scores"].choose is not None
    transition = entries["empty_scores"].choose()
    pilot.app.apply(transition)
    pilot.choose("Empty them")
    assert HighScores(context.paths).modes() == []


def test_a_window_that_may_not_write_asks_for_no_name(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7), (1280, 720))
    pilot.app.context.another_program_writes = True
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    for _ in range(30):
        pilot.press("space")
    pilot.advance(2.0)
    assert pilot.title == "Result"
