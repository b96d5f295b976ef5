"""A person's games are kept, listed beside those of models, seen again, and filmed."""

from __future__ import annotations

import pytest

from tests.hidden_app import key_events
from tests.pilot import OpenPilot, Pilot
from tests.realtime.scripted_player import plan
from tests.sample_data import save_sample_replays
from tests.scenes.play.test_solo import KEYS
from tetris_arcade.realtime.modes import MARATHON
from tetris_arcade.realtime.stored_games import recording_from
from tetris_arcade.scenes.play.game_replay import GameReplayScene
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.storage.played_games import list_played_games, load_played_game


def _play_to_the_end(pilot: Pilot, scene: SoloScene, lines: int) -> None:
    """Clear some lines by keys, then pile pieces up."""
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    while scene.game.tally.lines < lines:
        pilot.send(*(event for control in plan(scene.game) for event in key_events(KEYS[control])))
    for _ in range(40):
        pilot.press("space")
    assert scene.game.is_over


def _open(open_pilot: OpenPilot) -> tuple[Pilot, SoloScene]:
    pilot = open_pilot(
        lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7), frame_seconds=1 / 60
    )
    scene = pilot.app.top
    assert isinstance(scene, SoloScene)
    return pilot, scene


def test_a_game_that_is_over_is_saved_as_it_was(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _play_to_the_end(pilot, scene, 2)
    (path,) = list_played_games(pilot.app.context.paths)
    stored = load_played_game(path)
    again = recording_from(stored).play_back()
    assert again.board.digest == stored.digest == scene.game.board.digest
    assert again.tally == scene.game.tally
    assert again.end == scene.game.end


def test_it_is_listed_with_the_replays_and_watched_to_its_end(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _play_to_the_end(pilot, scene, 1)
    context = pilot.app.context
    save_sample_replays(context)
    listing = open_pilot(ReplaysScene)
    assert listing.sees("You")
    assert listing.sees("Marathon")
    listing.choose("You")
    watched = listing.app.top
    assert isinstance(watched, GameReplayScene)
    watched.seek(scene.game.now_us)
    assert watched._person.game.board.digest == scene.game.board.digest


def test_a_game_without_a_line_is_not_kept(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    _play_to_the_end(pilot, scene, 0)
    assert list_played_games(pilot.app.context.paths) == []


def test_the_key_for_videos_films_it_from_the_time_that_is_shown(
    open_pilot: OpenPilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot, scene = _open(open_pilot)
    _play_to_the_end(pilot, scene, 1)
    listing = open_pilot(ReplaysScene)
    listing.choose("You")
    watched = listing.app.top
    assert isinstance(watched, GameReplayScene)
    filmed = []
    monkeypatch.setattr(
        listing.app.context.videos, "start_played", lambda path, pieces: filmed.append((path.name, pieces))
    )
    watched.seek(scene.game.now_us)
    listing.press("r")
    (path,) = list_played_games(pilot.app.context.paths)
    assert filmed == [(path.name, scene.game.tally.pieces)]


def test_nothing_is_kept_of_a_visitors_game(open_pilot: OpenPilot) -> None:
    pilot, scene = _open(open_pilot)
    pilot.app.context.is_kiosk = True
    _play_to_the_end(pilot, scene, 1)
    assert list_played_games(pilot.app.context.paths) == []
