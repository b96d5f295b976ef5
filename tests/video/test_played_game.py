"""A person's game becomes a video."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.realtime.boards import play, random_inputs
from tetris_arcade.cli import main
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import MARATHON, RACE_BY_TIME, SECOND
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.stored_games import match_from, stored_game, stored_match
from tetris_arcade.storage.played_games import PlayedGame, save_played_game
from tetris_arcade.video.played_game import MatchVideo, PlayedGameVideo


def _game() -> RealtimeGame:
    return play(RealtimeGame(MARATHON, 4), random_inputs(4, 60, 100_000))


def test_frames_are_those_of_the_game_in_real_time() -> None:
    game = _game()
    video = PlayedGameVideo(Recording.of(game), game.tally.pieces)
    frames = list(video.frames(20, 60.0))
    assert len(frames) == pytest.approx((game.now_us / SECOND + 1.5) * 20, abs=2)
    assert [frame.pieces for frame in frames] == sorted(frame.pieces for frame in frames)
    assert (frames[-1].lines, frames[-1].score, frames[-1].pieces) == (
        game.tally.lines,
        game.tally.score,
        game.tally.pieces,
    )


def test_a_speed_is_the_average_of_the_game() -> None:
    game = _game()
    video = PlayedGameVideo(Recording.of(game), game.tally.pieces, speed=20.0)
    frames = list(video.frames(20, 60.0))
    assert len(frames) == pytest.approx((game.tally.pieces / 20.0 + 1.5) * 20, abs=2)


def test_skipped_pieces_are_not_shown() -> None:
    game = _game()
    video = PlayedGameVideo(Recording.of(game), game.tally.pieces)
    video.skip(3)
    assert next(iter(video.frames(20, 1.0))).pieces == 3


def test_the_command_films_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = save_played_game(DataPaths(tmp_path), stored_game(_game()))
    out = tmp_path / "game.gif"
    arguments = ["record", str(file), str(out), "--seconds", "1", "--size", "240", "--skip", "2", "--json"]
    assert main([*arguments, "--data-dir", str(tmp_path)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["player"] == "a person"
    assert report["pieces"] >= 2
    with Image.open(out) as gif:
        assert gif.size == (report["width"], report["height"])
        assert getattr(gif, "n_frames", 1) > 3


def _match() -> PlayedGame:
    """A game of two people."""
    other = play(RealtimeGame(RACE_BY_TIME, 4), random_inputs(5, 60, 100_000))
    first = play(RealtimeGame(RACE_BY_TIME, 4), random_inputs(4, 60, 100_000))
    return stored_match(first, Recording.of(other))


def test_a_match_shows_both_sides_to_their_ends() -> None:
    stored = _match()
    recording = match_from(stored)
    assert recording is not None
    frames = list(MatchVideo(recording, stored.pieces).frames(20, 60.0))
    assert len(frames) == pytest.approx((recording.end_us / SECOND + 1.5) * 20, abs=2)
    assert isinstance(recording.opponent, Recording)
    other = recording.opponent.play_back().tally
    assert frames[-1].opponent is not None
    assert (frames[-1].opponent.lines, frames[-1].opponent.pieces) == (other.lines, other.pieces)
    assert frames[-1].pieces == stored.pieces


def test_the_command_films_both_boards(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = DataPaths(tmp_path)
    widths = []
    for stored, player in ((stored_game(_game()), "a person"), (_match(), "two people")):
        file, out = save_played_game(paths, stored), tmp_path / f"{player}.gif"
        arguments = ["record", str(file), str(out), "--seconds", "0.5", "--size", "240", "--json"]
        assert main([*arguments, "--data-dir", str(tmp_path)]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["player"] == player
        widths.append(report["width"])
    assert widths[1] > 1.4 * widths[0]
