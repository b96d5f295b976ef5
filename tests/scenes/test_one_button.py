"""One button is enough: the highlight walks over every line and every key, in menus and in games."""

from __future__ import annotations

import numpy as np
import pygame

from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import AccessSettings, Settings
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import SPRINT
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.one_button import OneButtonHand
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene

SECONDS = 0.3
ONE_BUTTON = Settings(access=AccessSettings(one_button=True, scan_seconds=SECONDS))


def wait_for(pilot: Pilot, text: str) -> None:
    """Let the highlight walk until it is on a line with that text, or on a key that does that."""
    for _step in range(200):
        spoken = pilot.app._scanner.spoken_text() or pilot.app.top.spoken_line()
        if spoken.lower().startswith(text.lower()):
            return
        pilot.advance(SECONDS / 3)
    raise AssertionError(f"the highlight never came to {text!r}")


def choose(pilot: Pilot, *texts: str, button: str = "space") -> None:
    for text in texts:
        wait_for(pilot, text)
        pilot.press(button)
        pilot.advance(0.1)


def test_highlight_walks_over_all_lines_and_then_the_keys(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, settings=ONE_BUTTON)
    seen = []
    for _step in range(12):
        pilot.advance(SECONDS)
        seen.append(pilot.app._scanner.spoken_text() or pilot.app.top.spoken_line().partition(".")[0])
    labels = [entry.label for entry in pilot.app.top.menu.entries]  # type: ignore[attr-defined]
    assert list(dict.fromkeys(seen)) == [*labels[1:], "full screen", "mute", "help", labels[0]]


def test_every_screen_is_reached_and_left_with_one_button(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, size=(1280, 720), settings=ONE_BUTTON)
    for label, title in (
        ("Models", "Models"),
        ("Replays", "Replays"),
        ("Settings", "Settings"),
        ("Play", "Play"),
    ):
        choose(pilot, label)
        assert pilot.title == title
        choose(pilot, "back", button="return")
        assert pilot.title == "Title"


def test_values_change_and_dialogs_are_answered_with_one_button(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene, size=(1280, 720), settings=ONE_BUTTON)
    choose(pilot, "Reduced motion")
    assert pilot.app.context.settings.display.reduced_motion
    pilot = open_pilot(ModelsScene, size=(1280, 720), settings=ONE_BUTTON)
    choose(pilot, "bcts", "demo", button="1")
    assert isinstance(pilot.app.top, DemoScene)


def test_name_is_written_with_one_button(open_pilot: OpenPilot) -> None:
    names: list[str] = []
    pilot = open_pilot(
        lambda context: NameEntryScene(context, "Name", "", names.append, letters="ab"),  # type: ignore[arg-type]
        settings=ONE_BUTTON,
    )
    choose(pilot, "b", "a", "b", "✓", button="return")
    assert names == ["bab"]


def test_other_keys_still_work_for_a_helper(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene, settings=ONE_BUTTON)
    pilot.press("escape")
    assert pilot.app.has_ended


def test_without_the_setting_nothing_walks(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.advance(5.0)
    assert pilot.app.top.menu.chosen == 0  # type: ignore[attr-defined]


def test_highlighted_key_has_a_frame(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, settings=ONE_BUTTON)
    accent = np.array(pilot.canvas.theme.accent)

    def frame_pixels() -> int:
        footer = pygame.surfarray.array3d(pilot.app.display.surface)[:, -24:]
        return int((footer == accent).all(axis=2).sum())

    before = frame_pixels()
    wait_for(pilot, "help")
    pilot.advance(0.1)
    assert frame_pixels() > before + 50


# --- Games ---


def test_piece_turns_then_slides_to_both_walls_then_drops() -> None:
    game, hand = RealtimeGame(SPRINT, 5), OneButtonHand(1.0)
    game.advance(1)

    def step() -> None:
        game.advance(game.now_us + 100_000)
        for control in hand.update(game, 0.5):
            game.press(control)
            game.release(control)

    assert game.piece is not None
    turns = []
    for _turn in range(4):
        step()
        turns.append(game.piece.rotation)
    assert sorted(turns) == [0, 1, 2, 3]
    assert hand.press() == []
    cols = []
    for _slide in range(20):
        step()
        cols.append(min(col for _row, col in game.piece.cells))
    assert min(cols) == 0
    assert max(cols) >= 7
    (drop,) = hand.press()
    game.press(drop)
    assert game.tally.pieces == 1


def test_game_is_played_with_one_key(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: SoloScene(context, SPRINT), settings=ONE_BUTTON)
    pilot.advance(2.0)
    scene = pilot.app.top
    assert isinstance(scene, SoloScene)
    for _piece in range(3):
        pilot.press("space")
        pilot.advance(0.3)
        pilot.press("space")
        pilot.advance(0.2)
    assert scene.game.tally.pieces == 3
