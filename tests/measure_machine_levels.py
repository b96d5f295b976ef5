"""Measures how often each level of the machine wins against scripted players of known speed.

`python -m tests.measure_machine_levels [GAMES [race_time|race_goal|attack]]` prints a table of
`scenes/play/README.md`. No window and no process: the person's game is played at exact times, and the model's
placements land at the times at which they land on the screen.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.realtime.scripted_player import play_piece
from tetris_arcade.config.machine_levels import NUM_LEVELS, MachineLevel, machine_level
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.machine_side import MachineSide
from tetris_arcade.realtime.modes import RACE_BY_TIME, SECOND, VERSUS_MODES, GameMode
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.child.handicap import HandicappedPlayer

_LANDED, _LANDED_BEFORE_CLEAR = 0.84, 0.62
"""Shares of a move's time, as `ui.widgets.piece_animation` has them."""
_MODEL = "champion"
_load_player = cache(load_player)


@dataclass(frozen=True)
class Script:
    """A scripted player: pieces per second, and the share of pieces that land beside where they should.

    is_greedy: whether it looks at nothing but holes.
    """

    name: str
    pieces_per_second: float
    misdrops: float = 0.0
    is_greedy: bool = False


SCRIPTS = (
    Script("first game", 0.4, 0.25),
    Script("beginner", 0.6, 0.12),
    Script("greedy beginner", 1.0, is_greedy=True),
    Script("casual player", 1.0, 0.06),
    Script("regular player", 1.6, 0.03),
    Script("fast player", 2.5, 0.01),
)


@dataclass(frozen=True)
class Outcome:
    """A game. points: 1 if the machine wins it, 0 if the scripted player does, a half for a draw.

    lines, sent: of the machine.
    """

    points: float
    seconds: float
    lines: int
    sent: int


class ScriptedPerson:
    """Places a piece at each step of its time."""

    def __init__(self, script: Script, mode: GameMode, seed: int) -> None:
        self.game = RealtimeGame(mode, seed)
        self._script, self._random = script, random.Random(seed)
        self._step_us = SECOND / script.pieces_per_second
        self._number = 1

    @property
    def due_us(self) -> int:
        """When it places its next piece."""
        return round(self._number * self._step_us)

    def place(self) -> None:
        misdrop, is_greedy = self._random.random() < self._script.misdrops, self._script.is_greedy
        play_piece(self.game, self.due_us, misdrop=misdrop, rng=self._random, is_greedy=is_greedy)
        self._number += 1


class Machine:
    """A model that plays at the pace of a level. falling_lines: of the placement that has not landed yet."""

    def __init__(self, level: MachineLevel, seed: int, model: str = _MODEL) -> None:
        self.game, self._level = Game(seed=seed), level
        self._player = HandicappedPlayer(_load_player(model), level.handicap, seed)
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)
        self._number = 0
        self._choose()

    def _choose(self) -> None:
        before = self.game.lines
        self.game.step(self._player.choose(self.game, False, self._values))
        self.falling_lines = self.game.lines - before

    @property
    def due_us(self) -> int:
        """When its placement lands."""
        landed = _LANDED_BEFORE_CLEAR if self.falling_lines else _LANDED
        return round((self._number + landed) / self._level.pieces_per_second * SECOND)

    def land(self, holes: tuple[int, ...] = ()) -> None:
        """Let the placement land and garbage rise, and choose the next one."""
        self._number += 1
        if holes and not self.game.is_over:
            self.game.push_garbage(holes)
        if not self.game.is_over:
            self._choose()


def play_game(script: Script, level: MachineLevel, mode: GameMode, seed: int, model: str = _MODEL) -> Outcome:
    """A game of a scripted player against the machine."""
    person, side = ScriptedPerson(script, mode, seed), MachineSide(mode, seed)
    machine = Machine(level, seed, model)
    goal = mode.goal_lines
    while not (person.game.is_over or machine.game.is_over or (goal is not None and side.lines >= goal)):
        if person.due_us <= machine.due_us:
            person.place()
            if rows := person.game.take_attack():
                side.receive(rows, person.game.now_us)
            continue
        now_us = machine.due_us
        person.game.advance(now_us)
        if person.game.is_over:
            break
        landing = side.land(machine.falling_lines, now_us, all_clear=not machine.game.cells.any())
        if landing.sent:
            person.game.receive_garbage(landing.sent)
        machine.land(landing.holes)
    return Outcome(_points(person.game, side), person.game.now_us / SECOND, side.lines, side.sent)


def _points(game: RealtimeGame, side: MachineSide) -> float:
    """What the machine gets for a game that is decided."""
    if game.end is None:  # The machine has topped out, or has reached the goal.
        return float(game.mode.goal_lines is not None and side.lines >= game.mode.goal_lines)
    if not game.end.is_finished:
        return 1.0
    if game.mode.goal_lines is not None or side.lines < game.tally.lines:
        return 0.0
    return 0.5 if side.lines == game.tally.lines else 1.0


def lines_alone(level: MachineLevel, seed: int, mode: GameMode) -> int:
    """The lines of the machine in the time of a race, whatever the person does."""
    machine, side = Machine(level, seed), MachineSide(mode, seed)
    assert mode.limit_us is not None
    while machine.due_us <= mode.limit_us and not machine.game.is_over:
        side.land(machine.falling_lines, machine.due_us, all_clear=False)
        machine.land()
    return side.lines


def _mean(numbers: Iterable[float]) -> float:
    return float(np.mean(list(numbers)))


def main(games: int, mode: GameMode) -> None:
    names = " | ".join(script.name for script in SCRIPTS)
    figure = "its lines" if mode is RACE_BY_TIME else "rows/min" if mode.has_attacks else "seconds"
    print(f"{mode.name}, {games} games each\n| level | pieces/s | {figure} | {names} |")
    for number in range(1, NUM_LEVELS + 1):
        level = machine_level(number, is_attack=mode.has_attacks)
        outcomes = [[play_game(script, level, mode, seed) for seed in range(games)] for script in SCRIPTS]
        cells = [f"{_mean(outcome.points for outcome in row):.0%}" for row in outcomes]
        row = [str(number), f"{level.pieces_per_second:g}", _figure(level, mode, games, outcomes), *cells]
        print(f"| {' | '.join(row)} |", flush=True)


def _figure(level: MachineLevel, mode: GameMode, games: int, outcomes: list[list[Outcome]]) -> str:
    """What the machine achieves in this form: lines, rows sent per minute, or the mean time of a game."""
    played = [outcome for row in outcomes for outcome in row]
    seconds = sum(outcome.seconds for outcome in played)
    if mode is RACE_BY_TIME:
        return f"{_mean(lines_alone(level, seed, mode) for seed in range(games)):.1f}"
    if mode.has_attacks:
        return f"{60 * sum(outcome.sent for outcome in played) / seconds:.1f}"
    return f"{seconds / len(played):.0f}"


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 30,
        VERSUS_MODES[sys.argv[2]] if len(sys.argv) > 2 else RACE_BY_TIME,
    )
