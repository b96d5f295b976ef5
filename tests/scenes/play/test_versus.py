"""A person against a model: the same pieces, the pace of the level, who wins, and the next match."""

from __future__ import annotations

import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.pilot import OpenPilot, Pilot
from tests.realtime.scripted_player import plan
from tetris_arcade.config.machine_levels import machine_level
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, RACE_TO_GOAL, GameMode
from tetris_arcade.scenes.play.match import Match
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.versus import VersusScene
from tetris_arcade.worker.shared.messages import (
    NewGame,
    Pause,
    PlayTask,
    PushGarbage,
    Resume,
    ReviewTask,
    Started,
)


class _Match:
    """A match on the screen; the machine's board is what the test says."""

    def __init__(
        self,
        open_pilot: OpenPilot,
        mode: GameMode = RACE_BY_TIME,
        level: int = 3,
        adapts: bool = False,
        num_games: int = 3,
    ):
        self.pilot: Pilot = open_pilot(
            lambda context: VersusScene(context, "bcts", level, mode, adapts=adapts, num_games=num_games),
            (1280, 720),
            None,
            1 / 30,
        )
        scene = self.pilot.app.top
        assert isinstance(scene, VersusScene)
        self.scene = scene
        self.player: FakeWorkerClient = as_fake(scene.context.player)
        self.player.reports.append(Started())
        self._game = 0
        self.machine()
        self.pilot.send()

    def machine(self, lines: int = 0, *, over: bool = False, new: bool = True) -> None:
        """Show the machine with this many lines, by default in a new game."""
        self._game += new
        frame = self.player.frame
        frame["num_boards"] = 1
        record = frame["boards"][0]
        record["game"], record["lines"], record["over"] = self._game, lines, over
        record["piece"], record["action"], record["move"] = 0, -1, lines

    def place(self, lines: int) -> None:
        """Show the machine's next placement, which clears lines and takes a second."""
        record = self.player.frame["boards"][0]
        record["move"] += 1
        record["lines"] += lines
        record["action"], record["move_seconds"], record["cleared"] = 20, 1.0, False
        record["col"], record["row"], record["rotation"] = 3, 16, 0
        record["cleared"][20 - lines : 20] = True
        record["cells"][19, 0] = 1
        self.pilot.send()

    def start(self) -> None:
        self.pilot.advance(COUNTDOWN_SECONDS + 0.1)

    def lose(self) -> None:
        """Top out."""
        while not self.scene.game.is_over:
            self.pilot.press("space")
        self.pilot.send()

    def win(self) -> None:
        """Let the machine top out."""
        self.machine(over=True, new=False)
        self.pilot.send()

    def next_game(self) -> None:
        """Let the verdict pass, and start the next game."""
        self.pilot.advance(2.6)
        self.machine()
        self.pilot.send()
        self.start()


def test_the_machine_gets_the_pieces_and_the_pace_of_the_level(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot)
    task = match.player.started[-1]
    assert isinstance(task, PlayTask)
    assert task.seed == match.scene.game.seed
    assert task.env.pieces == "bag"
    assert task.paused
    assert (task.speed, task.handicap) == (machine_level(3).pieces_per_second, machine_level(3).handicap)


def test_an_attack_game_has_levels_of_its_own(open_pilot: OpenPilot) -> None:
    task, level = _Match(open_pilot, ATTACK).player.started[-1], machine_level(3, is_attack=True)
    assert isinstance(task, PlayTask)
    assert (task.speed, task.handicap) == (level.pieces_per_second, level.handicap)


def test_both_start_when_the_countdown_ends(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot)
    assert not any(isinstance(command, Resume) for command in match.player.sent)
    match.start()
    assert isinstance(match.player.sent[-1], Resume)
    assert match.scene.game.now_us < 200_000


def test_no_countdown_before_the_model_can_play(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: VersusScene(context, "bcts", 1), (800, 480), None, 1 / 30)
    pilot.advance(5.0)
    scene = pilot.app.top
    assert isinstance(scene, VersusScene)
    assert scene.game.now_us == 0
    assert not scene.is_ready


def test_a_pause_stops_both(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot)
    match.start()
    match.pilot.press("p")
    assert isinstance(match.player.sent[-1], Pause)
    match.pilot.press("return")
    match.start()
    assert isinstance(match.player.sent[-1], Resume)


def test_who_tops_out_loses_and_the_next_game_has_other_pieces(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot)
    match.start()
    seed = match.scene.game.seed
    match.lose()
    assert match.pilot.sees("WINNER")
    assert isinstance(match.player.sent[-1], Pause)
    match.next_game()
    assert match.scene.game.seed != seed
    games = [command for command in match.player.sent if isinstance(command, NewGame)]
    assert [game.seed for game in games] == [match.scene.game.seed]


@pytest.mark.parametrize(("machine", "winner"), [(2, 0), (3, None), (4, 1)])
def test_more_lines_in_the_time_win(open_pilot: OpenPilot, machine: int, winner: int | None) -> None:
    match = _Match(open_pilot)
    match.start()
    match.scene.game.tally.lines = 3
    match.machine(machine, new=False)
    match.scene.game.advance(89_900_000)
    match.scene._elapsed_us = 89_900_000
    if match.scene.game.is_over:
        pytest.fail("the person's pieces fall by themselves, but do not reach the top in time")
    match.pilot.advance(0.3)
    assert match.scene.is_over
    assert match.scene._match.results[0].winner == winner


def test_the_machine_wins_with_its_fortieth_line(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, RACE_TO_GOAL)
    match.start()
    match.machine(39, new=False)
    match.pilot.send()
    assert not match.scene.is_over
    match.machine(40, new=False)
    match.pilot.send()
    assert match.scene._match.results[0].winner == 1


def test_a_line_counts_once_it_has_landed(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, RACE_TO_GOAL)
    match.start()
    record = match.player.frame["boards"][0]
    record["lines"], record["action"], record["move"], record["move_seconds"] = 1, 20, 1, 1.0
    record["col"], record["row"], record["rotation"] = 3, 19, 0
    record["cleared"][19] = True
    match.pilot.send()
    assert match.scene._machine.view.lines == 0
    match.pilot.advance(0.7)
    assert match.scene._machine.view.lines == 1


def test_two_wins_are_a_match_and_a_rematch_follows(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, level=3, adapts=True)
    match.start()
    match.win()
    match.next_game()
    match.win()
    assert match.pilot.sees("WINS THE MATCH")
    match.pilot.advance(2.6)
    assert match.pilot.title == "Match over"
    assert match.pilot.sees("YOU WIN!")
    match.pilot.choose("Rematch, level 4")
    assert match.scene.level == 4
    task = match.player.started[-1]
    assert task.speed == machine_level(4).pieces_per_second
    assert match.scene._match.results == ()


def test_sides_are_swapped(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot)
    left = match.pilot.find("YOU").x
    match.scene.swap_sides()
    match.pilot.send()
    assert match.pilot.find("YOU").x > left


def test_a_person_can_win_by_playing(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, RACE_TO_GOAL)
    match.start()
    for _ in range(200):
        if match.scene.is_over:
            break
        for control in plan(match.scene.game):
            match.scene._person.take(control, is_down=True)
            match.scene._person.take(control, is_down=False)
        match.pilot.send()
    assert match.scene._match.results[0].winner == 0
    assert Control.HARD_DROP in {timed.control for timed in match.scene.game.inputs}


def test_a_new_match_before_the_model_can_play_has_the_same_pieces_for_both(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: VersusScene(context, "bcts", 1), (800, 480), None, 1 / 30)
    scene = pilot.app.top
    assert isinstance(scene, VersusScene)
    pilot.press("n")
    task = as_fake(scene.context.player).started[-1]
    assert isinstance(task, PlayTask)
    assert task.seed == scene.game.seed


def test_a_rematch_after_a_review_has_a_player_again(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot)
    match.scene._match = Match(num_games=1)
    match.start()
    match.win()
    match.pilot.advance(2.6)
    match.pilot.choose("What the model would do")
    assert isinstance(match.player.started[-1], ReviewTask)
    match.player.reports.append(Started())
    match.pilot.send()
    assert isinstance(match.player.started[-1], ReviewTask), "the match takes nothing for its own"
    match.pilot.press("escape")
    match.pilot.choose("Rematch, level 3")
    task = match.player.started[-1]
    assert isinstance(task, PlayTask)
    assert task.seed == match.scene.game.seed


# --- Attack ---


def test_garbage_for_the_machine_rises_with_its_placement(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, ATTACK)
    match.start()
    match.scene.game._outgoing_rows = 2
    match.pilot.send()
    assert match.scene.waiting_attacks[1][0].rows == 2
    match.pilot.advance(0.6)
    match.place(lines=0)
    match.pilot.advance(0.9)
    pushed = [command for command in match.player.sent if isinstance(command, PushGarbage)]
    assert [len(command.holes) for command in pushed] == [2]
    assert len(set(pushed[0].holes)) == 1


def test_lines_of_the_machine_are_an_attack(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, ATTACK)
    match.start()
    match.place(lines=4)
    assert match.scene.game.garbage.rows == 0, "it has not landed yet"
    match.pilot.advance(0.9)
    assert match.scene.game.garbage.rows == 4
    assert match.scene.sent == (0, 4)
    assert match.pilot.sees("TETRIS")
    assert match.pilot.sees("SENDS 4 ROWS")


def test_a_landing_that_no_frame_has_shown_counts_once(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, ATTACK)
    match.start()
    match.place(lines=4)
    match.place(lines=4)
    match.pilot.advance(0.9)
    assert match.scene.sent == (0, 9), "four, and five back-to-back"


def test_placements_that_no_frame_has_shown_count_too(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, ATTACK)
    match.start()
    match.place(lines=0)
    record = match.player.frame["boards"][0]
    record["move"] += 2
    record["lines"] += 4
    match.place(lines=2)
    match.pilot.advance(0.9)
    assert match.scene.sent == (0, 4 + 1)
    assert match.scene._machine_side.pieces == 4


def test_a_new_game_starts_without_garbage(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, ATTACK)
    match.start()
    match.scene.game._outgoing_rows = 2
    match.scene.game.receive_garbage(3)
    match.pilot.send()
    match.lose()
    match.next_game()
    assert match.scene.waiting_attacks == ((), ())


def test_a_match_of_five_games(open_pilot: OpenPilot) -> None:
    match = _Match(open_pilot, num_games=5)
    match.start()
    for _ in range(2):
        match.win()
        match.next_game()
    assert not match.scene._match.is_over
    match.win()
    assert match.scene._match.is_over
