"""Measures how often each level of the machine wins races against scripted players of known speed.

`python -m tests.measure_machine_levels [GAMES]` prints the table of `scenes/play/README.md`. No window and no
process: the person's game is played at exact times, and the model's placements land at the times at which
they land on the screen.
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
from tetris_arcade.realtime.modes import RACE_BY_TIME, SECOND
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.child.handicap import HandicappedPlayer

_LANDED, _LANDED_BEFORE_CLEAR = 0.84, 0.62
"""Shares of a move's time, as `ui.widgets.piece_animation` has them."""
_SECONDS = 90
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


def person_lines(script: Script, seed: int) -> int | None:
    """The lines of a scripted player in 90 seconds; None if it topped out."""
    game, rng = RealtimeGame(RACE_BY_TIME, seed), random.Random(seed)
    step, number = SECOND / script.pieces_per_second, 1
    while not game.is_over:
        play_piece(game, round(number * step), misdrop=rng.random() < script.misdrops, rng=rng)
        number += 1
    assert game.end is not None
    return game.tally.lines if game.end.is_finished else None


def machine_lines(level: MachineLevel, seed: int, model: str = _MODEL) -> int | None:
    """The lines of a model in 90 seconds; None if it topped out."""
    game = Game(seed=seed)
    player = HandicappedPlayer(load_player(model), level.handicap, seed)
    values = np.full(NUM_ACTIONS, np.nan, np.float32)
    lines, number = 0, 0
    while not game.is_over:
        before = game.lines
        game.step(player.choose(game, False, values))
        landed = _LANDED_BEFORE_CLEAR if game.lines > before else _LANDED
        if (number + landed) / level.pieces_per_second > _SECONDS:
            return lines
        lines, number = game.lines, number + 1
    return None


def _points(person: int | None, machine: int | None) -> float:
    """1 if the machine wins, 0 if the person does, a half for a draw."""
    if person is None or machine is None:
        return float(person is None)
    return 0.5 if person == machine else float(machine > person)


def main(games: int) -> None:
    people = {script: [person_lines(script, seed) for seed in range(games)] for script in SCRIPTS}
    for script, lines in people.items():
        finished = [count for count in lines if count is not None]
        mean = sum(finished) / max(1, len(finished))
        print(f"{script.name}: {mean:.1f} lines, {games - len(finished)} of {games} topped out", flush=True)
    print("| level | pieces/s | its lines | " + " | ".join(script.name for script in SCRIPTS) + " |")
    for number, level in enumerate(MACHINE_LEVELS, start=1):
        machine = [machine_lines(level, seed) for seed in range(games)]
        cells = [f"{sum(map(_points, lines, machine)) / games:.0%}" for lines in people.values()]
        mean_lines = sum(count or 0 for count in machine) / games
        print(f"| {number} | {level.pieces_per_second:g} | {mean_lines:.1f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
