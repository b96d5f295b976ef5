"""Measures how often each level of the machine wins against scripted players of known speed.

`python -m tests.measure_machine_levels [GAMES [race_time|attack]]` prints a table of `scenes/play/README.md`.
No window and no process: the person's game is played at exact times, and the model's placements land at the
times at which they land on the screen.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass

import numpy as np

from tests.realtime.scripted_player import play_piece
from tetris_arcade.config.machine_levels import MACHINE_LEVELS, MachineLevel
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.machine_side import MachineSide
from tetris_arcade.realtime.modes import ATTACK, RACE_BY_TIME, SECOND, GameMode
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.child.handicap import HandicappedPlayer

_LANDED, _LANDED_BEFORE_CLEAR = 0.84, 0.62
"""Shares of a move's time, as `ui.widgets.piece_animation` has them."""
_MODEL = "champion"


@dataclass(frozen=True)
class Script:
    """A scripted player: pieces per second, and the share of pieces that land beside where they should."""

    name: str
    pieces_per_second: float
    misdrops: float


SCRIPTS = (
    Script("first game", 0.4, 0.25),
    Script("beginner", 0.6, 0.12),
    Script("casual player", 1.0, 0.06),
    Script("regular player", 1.6, 0.03),
    Script("fast player", 2.5, 0.01),
)


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
        misdrop = self._random.random() < self._script.misdrops
        play_piece(self.game, self.due_us, misdrop=misdrop, rng=self._random)
        self._number += 1


class Machine:
    """A model that plays at the pace of a level. lines: of what has landed."""

    def __init__(self, level: MachineLevel, seed: int, model: str = _MODEL) -> None:
        self.game, self._level = Game(seed=seed), level
        self._player = HandicappedPlayer(load_player(model), level.handicap, seed)
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)
        self._number = 0
        self.lines = 0
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
        self.lines += self.falling_lines
        self._number += 1
        if holes and not self.game.is_over:
            self.game.push_garbage(holes)
        if not self.game.is_over:
            self._choose()


def machine_points(script: Script, level: MachineLevel, mode: GameMode, seed: int) -> float:
    """1 if the machine wins a game, 0 if the scripted player does, a half for a draw."""
    person, machine, side = ScriptedPerson(script, mode, seed), Machine(level, seed), MachineSide(mode, seed)
    while not person.game.is_over:
        if person.due_us <= machine.due_us:
            person.place()
            if rows := person.game.take_attack():
                side.garbage.receive(rows, person.game.now_us)
            continue
        now_us = machine.due_us
        person.game.advance(now_us)
        if person.game.is_over:
            break
        landing = side.land(machine.falling_lines, now_us, all_clear=not machine.game.cells.any())
        if landing.sent:
            person.game.receive_garbage(landing.sent)
        machine.land(landing.holes)
        if machine.game.is_over:
            return 0.0
    assert person.game.end is not None
    lines = person.game.tally.lines
    if not person.game.end.is_finished or machine.lines > lines:
        return 1.0
    return 0.5 if machine.lines == lines else 0.0


def main(games: int, mode: GameMode) -> None:
    names = " | ".join(script.name for script in SCRIPTS)
    print(f"{mode.name}, {games} games each\n| level | pieces/s | {names} |")
    for number, level in enumerate(MACHINE_LEVELS, start=1):
        cells = [
            f"{sum(machine_points(script, level, mode, seed) for seed in range(games)) / games:.0%}"
            for script in SCRIPTS
        ]
        print(f"| {number} | {level.pieces_per_second:g} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    modes = {mode.key: mode for mode in (RACE_BY_TIME, ATTACK)}
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 30,
        modes[sys.argv[2]] if len(sys.argv) > 2 else RACE_BY_TIME,
    )
