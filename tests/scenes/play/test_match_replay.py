"""A match is seen again with both boards, reviewed, kept as one replay, and found in the list of replays."""

from __future__ import annotations

from tests.fakes import FakeWorkerClient, as_fake
from tests.match_screens import open_match_again
from tests.pilot import OpenPilot, Pilot
from tests.realtime.scripted_player import plan
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.modes import ATTACK, RACE_TO_GOAL, SECOND
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.play.match import Match
from tetris_arcade.scenes.play.match_replay import MatchReplayScene
from tetris_arcade.scenes.play.match_scene import MatchScene
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.play.review import ReviewScene
from tetris_arcade.scenes.play.two_people import TwoPeopleScene
from tetris_arcade.scenes.play.versus import VersusScene
from tetris_arcade.storage.played_games import list_played_games, load_played_game
from tetris_arcade.worker.shared.messages import ReviewTask, Started


def _place(pilot: Pilot, scene: MatchScene, side: int) -> None:
    person = scene._people[side]
    for control in plan(person.game):
        person.take(control, is_down=True)
        person.take(control, is_down=False)
    pilot.send()


def _open_two(open_pilot: OpenPilot) -> tuple[Pilot, TwoPeopleScene]:
    pilot = open_pilot(
        lambda context: TwoPeopleScene(context, ATTACK, make_seed=lambda: 7), (800, 480), None, 1 / 10
    )
    scene = pilot.app.top
    assert isinstance(scene, TwoPeopleScene)
    return pilot, scene


def _play_game(pilot: Pilot, scene: TwoPeopleScene) -> None:
    """The first person clears a line, the second one tops out."""
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    while not scene.game.tally.lines:
        _place(pilot, scene, 0)
    while not scene.is_over:
        for is_down in (True, False):
            scene._people[1].take(Control.HARD_DROP, is_down=is_down)
        pilot.send()
    pilot.send()


def _play_match(open_pilot: OpenPilot) -> tuple[Pilot, TwoPeopleScene]:
    """One game of two people that is the match, up to the menu after it."""
    pilot, scene = _open_two(open_pilot)
    scene._match = Match(num_games=1)
    _play_game(pilot, scene)
    pilot.advance(2.6)
    assert pilot.title == "Match over"
    return pilot, scene


def _replay(pilot: Pilot) -> MatchReplayScene:
    scene = pilot.app.top
    assert isinstance(scene, MatchReplayScene)
    return scene


def test_both_boards_are_seen_again_together(open_pilot: OpenPilot) -> None:
    pilot, scene = _play_match(open_pilot)
    pilot.choose("Watch it again")
    replay = _replay(pilot)
    assert pilot.sees("PLAYER 1")
    assert pilot.sees("PLAYER 2")
    replay.seek(replay._end_us - SECOND // 4)
    pilot.send()
    assert not pilot.sees("WINNER")
    pilot.advance(0.5)
    assert pilot.sees("WINNER")
    assert pilot.sees("LOST")
    shown = [side._playback.game for side in replay._sides]  # type: ignore[union-attr]
    for game, person in zip(shown, scene._people, strict=True):
        assert (game.board.digest, game.tally) == (person.game.board.digest, person.game.tally)  # type: ignore[union-attr]
    pilot.press("escape")
    assert pilot.title == "Match over"


def test_up_and_down_show_the_other_games_of_the_match(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_match_again, (800, 480), None, 1 / 10)
    assert pilot.sees("GAME 2 OF 2")
    replay = _replay(pilot)
    pilot.advance(1.0)
    second = replay._recording
    pilot.press("up")
    assert pilot.sees("GAME 1 OF 2")
    assert replay._recording is not second
    assert replay.time_us < SECOND // 2


def test_a_jump_gives_the_same_boards_as_waiting(open_pilot: OpenPilot) -> None:
    pilot, _scene = _play_match(open_pilot)
    pilot.choose("Watch it again")
    replay, seen = _replay(pilot), []
    pilot.press("p")
    for time_us in (2 * SECOND, 6 * SECOND, 2 * SECOND):
        replay.seek(time_us)
        seen.append([side._playback.game.board.digest for side in replay._sides])  # type: ignore[union-attr]
    assert seen[0] == seen[2]


def test_a_game_of_two_is_one_file(open_pilot: OpenPilot) -> None:
    pilot, _scene = _play_match(open_pilot)
    files = list_played_games(pilot.app.context.paths)
    assert [load_played_game(file).second is not None for file in files] == [True]


def test_nothing_of_a_match_is_kept_in_a_kiosk_but_it_can_be_seen_again(open_pilot: OpenPilot) -> None:
    pilot, scene = _open_two(open_pilot)
    pilot.app.context.is_kiosk = True
    _play_game(pilot, scene)
    assert list_played_games(pilot.app.context.paths) == []
    assert len(scene.played) == 1


def test_either_persons_side_is_reviewed(open_pilot: OpenPilot) -> None:
    pilot, scene = _play_match(open_pilot)
    player = as_fake(pilot.app.context.player)
    pilot.choose("What the model would do")
    assert pilot.sees("Whose game?")
    pilot.choose("Player 2")
    assert isinstance(pilot.app.top, ReviewScene)
    task = player.started[-1]
    assert isinstance(task, ReviewTask)
    assert task.content
    assert not task.file
    pilot.press("escape")
    pilot.choose("What the model would do")
    pilot.choose("Player 1")
    task = player.started[-1]
    assert isinstance(task, ReviewTask)
    assert task.file == str(scene.played[-1].file)


def test_the_list_of_replays_shows_a_match_once_and_plays_both_sides(open_pilot: OpenPilot) -> None:
    _play_match(open_pilot)
    listed = open_pilot(ReplaysScene)
    assert listed.texts().count("Two people") == 1
    listed.press("return")
    assert isinstance(listed.app.top, MatchReplayScene)


# --- Against the machine ---


def _open_versus(open_pilot: OpenPilot) -> tuple[Pilot, VersusScene, FakeWorkerClient]:
    pilot = open_pilot(
        lambda context: VersusScene(context, "bcts", 3, RACE_TO_GOAL, make_seed=lambda: 7),
        (1280, 720),
        None,
        1 / 30,
    )
    scene = pilot.app.top
    assert isinstance(scene, VersusScene)
    player = as_fake(scene.context.player)
    player.reports.append(Started())
    _show(player, game=1)
    pilot.send()
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    return pilot, scene, player


def _show(player: FakeWorkerClient, **fields: int) -> None:
    """Show a machine's board without a move."""
    player.frame["num_boards"] = 1
    record = player.frame["boards"][0]
    record["piece"], record["action"] = 0, -1
    for name, value in fields.items():
        record[name] = value


def _move(pilot: Pilot, player: FakeWorkerClient, lines: int) -> None:
    """Let the machine place a piece, and wait until it has landed."""
    record = player.frame["boards"][0]
    record["move"] += 1
    record["lines"] += lines
    record["action"], record["move_seconds"] = 20, 0.5
    record["col"], record["row"], record["rotation"] = 3, 16, 0
    record["cleared"] = False
    record["cleared"][20 - lines : 20] = True
    record["cells"][19 - record["move"], 0] = 1
    pilot.advance(0.55)


def test_the_machines_moves_are_seen_again(open_pilot: OpenPilot) -> None:
    pilot, scene, player = _open_versus(open_pilot)
    for lines in (0, 2, 1):
        _move(pilot, player, lines)
    _place(pilot, scene, 0)
    _show(player, over=1)
    pilot.send()
    pilot.send()
    assert scene.is_over
    (played,) = scene.played
    opponent = scene.opponent
    assert [timed.board.move for timed in opponent.boards] == [0, 1, 2, 3, 3]
    pilot.app.apply(Push(MatchReplayScene(scene.context, [played])))
    pilot.send()
    replay = _replay(pilot)
    assert pilot.sees("BCTS, LEVEL 3")
    replay.seek(replay._end_us)
    pilot.send()
    machine = replay._opponent.shown("bcts")
    assert (machine.lines, machine.pieces) == (3, 3)
    assert pilot.sees("WINNER")


def test_a_paused_match_is_filmed_without_its_pause(open_pilot: OpenPilot) -> None:
    pilot, scene, player = _open_versus(open_pilot)
    _move(pilot, player, 0)
    pilot.press("p")
    pilot.advance(5.0)
    pilot.press("return")
    pilot.advance(COUNTDOWN_SECONDS + 0.1)
    _move(pilot, player, 0)
    times = [timed.time_us for timed in scene.opponent.boards]
    assert times == sorted(times)
    assert times[-1] < 2 * SECOND
