"""First scenes of matches: a game that decides one, and games that are seen again."""

from __future__ import annotations

from dataclasses import replace

from tests.realtime.boards import fill, play, random_inputs
from tests.sample_data import STACK
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.realtime.game import RealtimeGame, ReceivedGarbage
from tetris_arcade.realtime.machine_recording import MachineRecording, TimedBoard
from tetris_arcade.realtime.machine_side import LandedPlacement
from tetris_arcade.realtime.match_recording import MatchRecording
from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, SECOND
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.match import DuelResult, Match
from tetris_arcade.scenes.play.match_replay import MatchReplayScene, PlayedMatch
from tetris_arcade.scenes.play.two_people import TwoPeopleScene

_ROWS = ["0" * 10] * (20 - len(STACK)) + ["".join(str(".IOTSZJL#".index(c)) for c in row) for row in STACK]
_POSITION = GamePosition("".join(_ROWS), "0213456")
SECOND_PERSON_TOPS_OUT = (2.0, "return", "return")
"""Steps of the game of `open_match_of_five`."""


def open_match_of_five(context: Context) -> Scene:
    """Two people, 2 : 1 after three games; the second one's board is nearly full."""
    scene = TwoPeopleScene(context, ATTACK, 5, make_seed=lambda: 12)
    fill(scene._people[1].game, "######.###\n" * 17)
    results = (DuelResult((31, 28), 0), DuelResult((9, 14), 1), DuelResult((40, 22), 0))
    scene._match = Match(results, 5)
    return scene


def _first(seed: int) -> Recording:
    game = play(RealtimeGame(ATTACK, seed), random_inputs(seed, 150, 100_000))
    for time_us in (2 * SECOND, 5 * SECOND):
        game.inputs.append(ReceivedGarbage(time_us, 3))
    game.inputs.sort(key=lambda given: given.time_us)
    return replace(Recording.of(game), inputs=tuple(game.inputs))


def _machine(first: Recording) -> MachineRecording:
    """A machine that places a piece each second, always the same one on the same board."""
    board = DisplayedBoard(
        _POSITION.cells,
        piece=0,
        action=9,
        rotation=1,
        row=16,
        col=2,
        next_pieces=(2, 1, 3, 4),
        move_seconds=1.0,
    )
    boards = [
        TimedBoard(second * SECOND, replace(board, move=second)) for second in range(first.end_us // SECOND)
    ]
    inputs = (
        LandedPlacement(SECOND, 0),
        ReceivedGarbage(SECOND, 4),
        LandedPlacement(2 * SECOND, 4),
        ReceivedGarbage(5 * SECOND, 2),
    )
    return MachineRecording("champion", 4, ATTACK, first.seed, tuple(boards), inputs, first.end_us)


def open_match_again(context: Context) -> Scene:
    """Two games of a match against the machine."""
    games = [PlayedMatch(MatchRecording(first, _machine(first))) for first in (_first(4), _first(9))]
    return MatchReplayScene(context, games)


def open_race_again(context: Context) -> Scene:
    """A race of two people."""
    sides = [
        Recording.of(play(RealtimeGame(RACE_BY_TIME, 4), random_inputs(seed, 200, 100_000)))
        for seed in (4, 7)
    ]
    return MatchReplayScene(context, [PlayedMatch(MatchRecording(*sides))])
