"""The attract mode shows its pages in turn until there is input."""

from __future__ import annotations

from tests.fake_screens import open_attract
from tests.fakes import as_fake
from tests.pilot import OpenPilot
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.worker.shared.messages import SetPlayers


def test_pages_follow_each_other(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_attract, (1280, 720), frame_seconds=0.5)
    for text, seconds in {
        "an arcade that teaches itself": 1.0,
        "Bright column = the best place for this piece": 7.0,
        "TOP PLAYERS": 24.0,
        "HOW IT WORKS": 10.0,
    }.items():
        pilot.advance(seconds)
        assert pilot.sees(text)
        assert pilot.sees("PRESS ANY KEY")


def test_any_key_returns_to_the_title(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.app.apply(Push(AttractScene(pilot.app.context)))
    pilot.press("a")
    assert pilot.title == "Title"
    pilot.advance(2.0)
    assert pilot.title == "Title"


def test_players_of_the_playlist_take_turns(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(
        lambda context: AttractScene(context, ["bcts", "nobody", "champion"]), frame_seconds=0.5
    )
    player = as_fake(pilot.app.context.player)
    assert [task.players for task in player.started] == [("bcts",)]  # type: ignore[attr-defined]
    pilot.advance(60.0)  # all pages once
    assert SetPlayers(("champion",)) in player.sent
    assert SetPlayers(("nobody",)) not in player.sent
