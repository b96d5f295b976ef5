"""A game for one person: countdown, keys, pause, restart, result; and that nothing is lost."""

from __future__ import annotations

import random

import pygame
import pytest
from pygame.event import Event

from tests.hidden_app import key_events
from tests.pilot import OpenPilot, Pilot
from tests.realtime.scripted_player import plan
from tetris_arcade.config.handling import Handling
from tetris_arcade.config.settings import Settings
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.modes import MARATHON, SPRINT, ULTRA, GameMode
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.solo import SoloScene

KEYS = {
    Control.MOVE_LEFT: "left",
    Control.MOVE_RIGHT: "right",
    Control.ROTATE_RIGHT: "up",
    Control.ROTATE_LEFT: "z",
    Control.ROTATE_HALF: "a",
    Control.HARD_DROP: "space",
}


def _open(
    open_pilot: OpenPilot, mode: GameMode = MARATHON, frame_seconds: float = 1 / 60, **handling: int
) -> tuple[Pilot, SoloScene]:
    settings = Settings(handling=Handling(**handling))
    pilot = open_pilot(
        lambda context: SoloScene(context, mode, make_seed=lambda: 7), (800, 480), settings, frame_seconds
    )
    scene = pilot.app.top
    assert isinstance(scene, SoloScene)
    return pilot, scene


def _start(pilot: Pilot) -> None:
    pilot.advance(COUNTDOWN_SECONDS + 0.05)


def _down(name: str) -> Event:
    return key_events(name)[0]


def _up(name: str) -> Event:
    return key_events(name)[1]


def _left_col(scene: SoloScene) -> int:
    assert scene.game.piece is not None
    return min(col for _, col in scene.game.piece.cells)


def _place(pilot: Pilot, scene: SoloScene) -> None:
    """Place a piece by keys, all of them within a frame."""
    pilot.send(*(event for control in plan(scene.game) for event in key_events(KEYS[control])))


def test_nothing_moves_before_the_countdown_ends(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    before = scene.game.piece
    pilot.advance(COUNTDOWN_SECONDS - 0.3)
    assert pilot.sees("1")
    pilot.press("space")
    assert scene.game.piece == before
    assert scene.game.now_us == 0
    pilot.advance(0.4)
    assert pilot.sees("GO!")
    assert scene.game.tally.pieces == 0


def test_a_direction_held_in_the_countdown_counts_when_it_ends(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    before = _left_col(scene)
    pilot.send(_down("left"))
    _start(pilot)
    assert _left_col(scene) == before - 1


def test_a_key_is_on_the_picture_of_its_frame(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    before = _left_col(scene)
    pilot.send(_down("left"))
    assert _left_col(scene) == before - 1


@pytest.mark.parametrize("frames_per_second", [20, 60, 144])
def test_auto_shift_keeps_its_time_at_any_frame_rate(open_pilot: OpenPilot, frames_per_second: int) -> None:
    pilot, scene = _open(open_pilot, frame_seconds=1 / frames_per_second, das_ms=150, arr_ms=50)
    _start(pilot)
    before = _left_col(scene)
    pilot.send(_down("left"))
    start_us = scene.game.inputs[-1].time_us
    for _ in range(frames_per_second // 4):
        pilot.send()
        held_ms = (scene.game.now_us - start_us) / 1_000
        moves = 1 + (0 if held_ms < 150 else 1 + int(held_ms - 150) // 50)
        assert _left_col(scene) == max(0, before - moves)


def test_pressed_and_released_within_a_frame_is_not_lost(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    before = _left_col(scene)
    pilot.send(*key_events("left"), *key_events("left"), *key_events("space"))
    assert scene.game.tally.pieces == 1
    assert len(scene.game.inputs) == 6
    assert before >= 3


def test_a_pause_stops_the_game_and_a_countdown_resumes_it(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    pilot.press("p")
    assert pilot.title == "Paused"
    time_us = scene.game.now_us
    pilot.advance(3.0)
    pilot.press("return")
    assert pilot.title == "Game"
    assert scene.game.now_us == time_us
    _start(pilot)
    assert time_us < scene.game.now_us < time_us + 200_000


def test_help_pauses_the_game(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    pilot.press("f1")
    time_us = scene.game.now_us
    pilot.advance(2.0)
    assert scene.game.now_us == time_us


def test_the_game_pauses_when_the_window_loses_the_focus(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    pilot.send(_down("left"))
    pilot.send(Event(pygame.WINDOWFOCUSLOST))
    assert pilot.title == "Paused"
    assert not scene.game.inputs[-1].is_down


def test_a_new_game_starts_at_once(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    pilot.press("space")
    assert scene.game.tally.pieces == 1
    pilot.press("n", "n")
    assert scene.game.tally.pieces == 0
    assert scene.game.now_us == 0


def test_a_game_that_is_over_shows_its_result(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    for _ in range(40):
        pilot.press("space")
    assert scene.game.is_over
    assert pilot.sees("GAME OVER")
    pilot.press("space", "return")
    assert pilot.title == "Game"  # a player who still presses keys chooses nothing
    pilot.advance(2.0)
    assert pilot.title == "Initials"
    pilot.press("escape")
    assert pilot.title == "Result"
    pilot.choose("Play again")
    assert pilot.title == "Game"
    assert not scene.game.is_over


def test_a_sprint_is_played_through_by_keys(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot, SPRINT)
    _start(pilot)
    for _ in range(200):
        if scene.game.is_over:
            break
        _place(pilot, scene)
    assert scene.game.end is not None
    assert scene.game.end.is_finished
    assert scene.game.tally.lines >= 40
    again = Recording.of(scene.game).play_back()
    assert (again.board.digest, again.tally) == (scene.game.board.digest, scene.game.tally)
    pilot.advance(2.0)
    pilot.press("a", "b", "c", "return")
    assert pilot.title == "Result"
    assert pilot.sees("0:0")


def test_leaving_returns_to_the_menu(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(PlayMenuScene, frame_seconds=1 / 60)
    pilot.choose("40 lines")
    _start(pilot)
    pilot.press("escape")
    pilot.choose("Leave the game")
    pilot.advance(0.1)
    assert pilot.title == "Play"


def test_the_level_of_the_menu_is_that_of_the_marathon(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: PlayMenuScene(context, 4))
    pilot.go_to("Start at level")
    pilot.press("right", "right")
    pilot.choose("Marathon")
    assert isinstance(pilot.app.top, SoloScene)
    assert pilot.app.top.game.level == 6


def test_two_minutes_show_the_time_that_is_left(open_pilot: OpenPilot) -> None:
    pilot, _ = _open(open_pilot, ULTRA)
    assert pilot.sees("2:00.00")
    _start(pilot)
    pilot.advance(0.3)
    assert pilot.sees("1:59.")


def test_a_tap_rotates_and_a_flick_drops(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _start(pilot)
    while scene.game.piece is not None and scene.game.piece.piece == 1:
        pilot.press("space")
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pilot.send(Event(kind, button=1, pos=(400, 200), touch=True))
    assert scene.game.piece is not None
    assert scene.game.piece.rotation == 1
    pieces = scene.game.tally.pieces
    for kind, y in ((pygame.MOUSEBUTTONDOWN, 100), (pygame.MOUSEMOTION, 300), (pygame.MOUSEBUTTONUP, 300)):
        pilot.send(Event(kind, button=1, pos=(400, y), touch=True))
    assert scene.game.tally.pieces == pieces + 1


def test_random_keys_break_nothing(open_pilot: OpenPilot) -> None:
    """Sixteen random key events a frame, which is a thousand a second."""
    pilot, scene = _open(open_pilot, arr_ms=0, das_ms=50)
    rng, held = random.Random(5), set[str]()
    names = (*KEYS.values(), "c", "down", "x", "left shift", "p", "return", "n", "escape")
    for _ in range(400):
        events = []
        for name in rng.choices(names, k=16):
            events.append(_up(name) if name in held else _down(name))
            held ^= {name}
        pilot.send(*events)
    pilot.advance(0.1)
    assert isinstance(scene, SoloScene)
