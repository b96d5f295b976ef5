"""Two people: keys and gamepads of their own, the same pieces, attacks, results, letters, the next match."""

from __future__ import annotations

import random

import pytest

from tests.hidden_app import key_events
from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import InputSettings, Settings
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, GameMode
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.two_people import TwoPeopleScene

_KEYS = (
    {"left": "a", "right": "d", "drop": "space", "rotate": "w"},
    {"left": "left", "right": "right", "drop": "return", "rotate": "up"},
)


def _open(
    open_pilot: OpenPilot,
    mode: GameMode = ATTACK,
    settings: Settings | None = None,
    frame_seconds: float = 1 / 30,
    *,
    num_games: int = 3,
) -> tuple[Pilot, TwoPeopleScene]:
    pilot = open_pilot(
        lambda context: TwoPeopleScene(context, mode, num_games, make_seed=lambda: 7),
        (1280, 720),
        settings,
        frame_seconds,
    )
    scene = pilot.app.top
    assert isinstance(scene, TwoPeopleScene)
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    return pilot, scene


def _left_col(scene: TwoPeopleScene, side: int) -> int:
    piece = scene._people[side].game.piece
    assert piece is not None
    return min(col for _row, col in piece.cells)


def _top_out(pilot: Pilot, side: int) -> None:
    for _ in range(40):
        pilot.press(_KEYS[side]["drop"])


def test_each_has_keys_of_their_own(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    before = [_left_col(scene, side) for side in (0, 1)]
    pilot.press("a")
    assert [_left_col(scene, side) for side in (0, 1)] == [before[0] - 1, before[1]]
    pilot.press("right", "right")
    assert [_left_col(scene, side) for side in (0, 1)] == [before[0] - 1, before[1] + 2]
    pilot.press("return")
    assert scene.pieces == (0, 1)
    pilot.press("space")
    assert scene.pieces == (1, 1)


def test_both_get_the_same_pieces(open_pilot: OpenPilot) -> None:
    _pilot, scene = _open(open_pilot)
    first, second = (person.game for person in scene._people)
    assert first.seed == second.seed
    assert first.piece == second.piece
    assert first.next_pieces == second.next_pieces


def test_keys_can_be_changed_for_one_of_them(open_pilot: OpenPilot) -> None:
    settings = Settings(input=InputSettings(keys={"player_1_move_left": ("left",)}))
    pilot, scene = _open(open_pilot, settings=settings)
    before = [_left_col(scene, side) for side in (0, 1)]
    pilot.press("left")
    assert [_left_col(scene, side) for side in (0, 1)] == [before[0] - 1, before[1]]


def test_an_attack_is_seen_and_rises_on_the_other_side(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    first, second = (person.game for person in scene._people)
    first._outgoing_rows = 3
    pilot.send()
    assert second.garbage.rows == 3
    assert first.garbage.rows == 0
    pilot.advance(0.6)
    pilot.press("return")
    assert second.garbage.rows == 0
    assert second.board[39, 0] or second.board[39, 1]


def test_who_tops_out_loses_and_two_wins_are_a_match(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    for game in (1, 2):
        _top_out(pilot, 0)
        assert pilot.sees("LOST")
        assert scene._match.wins == (0, game)
        pilot.advance(2.6 + COUNTDOWN_SECONDS + 0.1)
    assert pilot.title == "Match over"
    assert pilot.sees("PLAYER 2 WINS!")
    pilot.go_to("Best of")
    pilot.press("right")
    pilot.choose("Rematch")
    assert scene._match.num_games == 5
    assert scene._match.results == ()


def test_swapped_sides_swap_the_boards(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    left = pilot.find("PLAYER 1").x
    scene.swap_sides()
    pilot.send()
    assert pilot.find("PLAYER 1").x > left


def test_a_pause_stops_both(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    pilot.press("p")
    assert pilot.title == "Paused"
    times = [person.game.now_us for person in scene._people]
    pilot.advance(2.0)
    assert [person.game.now_us for person in scene._people] == times


def test_good_games_of_both_enter_the_tables(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot, num_games=3)
    scene._people[0].game.tally.sent, scene._people[1].game.tally.sent = 12, 7
    _top_out(pilot, 1)
    pilot.advance(2.6 + COUNTDOWN_SECONDS + 0.1)
    _top_out(pilot, 1)
    pilot.advance(2.6)
    assert pilot.sees("PLAYER 1: NEW RECORD")
    pilot.advance(0.5)
    pilot.press("a", "b", "c", "return")
    assert pilot.sees("PLAYER 2: PLACE 2")
    pilot.advance(0.5)
    pilot.press("escape")
    assert pilot.title == "Match over"


def test_the_menu_opens_each_form(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(PlayMenuScene, frame_seconds=1 / 30)
    scene = pilot.app.top
    assert isinstance(scene, PlayMenuScene)
    keys = [entry.key for entry in scene.entries()]
    while pilot.app.top is scene and scene.menu.current.key != "two_attack":
        pilot.press("down")
    pilot.press("return")
    top = pilot.app.top
    assert isinstance(top, TwoPeopleScene)
    assert top.game.mode is ATTACK
    assert {"two_race_time", "two_race_goal", "attack", "length", "two_length"} <= set(keys)


@pytest.mark.parametrize("mode", [ATTACK, RACE_BY_TIME])
def test_random_keys_of_two_break_nothing(open_pilot: OpenPilot, mode: GameMode) -> None:
    """Sixteen random key events a frame, which is a thousand a second; what was played replays exactly."""
    pilot, scene = _open(open_pilot, mode, frame_seconds=1 / 60)
    rng, held = random.Random(5), set[str]()
    names = (*"adswqxe", "space", "left", "right", "down", "up", "return", "left shift", "right shift")
    for _ in range(240):
        events = []
        for name in rng.choices(names, k=16):
            events.append(key_events(name)[name in held])
            held ^= {name}
        pilot.send(*events)
        if scene.is_over:
            break
    games = [person.game for person in scene._people]
    assert all(
        Control.MOVE_LEFT in {getattr(given, "control", None) for given in game.inputs} for game in games
    )
    for game in games:
        again = Recording.of(game).play_back()
        assert (again.board.digest, again.tally) == (game.board.digest, game.tally)
