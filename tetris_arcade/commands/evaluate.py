"""`evaluate`: how many lines a player clears, with an interval, under conditions that are named."""

from __future__ import annotations

import os

from rich.console import Console
from rich.progress import Progress

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.training.evaluation import EvaluationResult, evaluate
from tetris_arcade.training.players import load_player
from tetris_arcade.training.run_metadata import save_evaluation


def run_evaluate(
    slot: str,
    paths: DataPaths,
    *,
    games: int,
    max_pieces: int | None,
    pieces: str,
    height: int,
    lookahead: int,
    seed: int,
) -> EvaluationResult:
    """Play the games, with a progress bar on standard error, and keep the figures with the slot where it
    has a folder."""
    player = load_player(slot, paths, seed)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{slot}: {games} games", total=1.0)
        result = evaluate(
            player,
            games=games,
            max_pieces=max_pieces,
            pieces=pieces,
            height=height,
            lookahead=lookahead,
            seed=seed,
            num_threads=os.cpu_count() or 1,
            progress=lambda share: bar.update(task, completed=share),
        )
    save_evaluation(paths, slot, result)
    return result


def describe(result: EvaluationResult) -> str:
    """The figures as people read them."""
    low, high = result.ci95_lines
    cap = "to the end" if result.max_pieces is None else f"of at most {result.max_pieces:,} pieces"
    look = ", one piece of look-ahead" if result.lookahead else ""
    return (
        f"{result.slot}: {result.mean_lines:,.1f} lines a game (95 % interval {low:,.1f} to {high:,.1f}, "
        f"median {result.median_lines:,.0f})\n"
        f"{result.games} games {cap}, {result.pieces} pieces, height {result.height}{look}; "
        f"{result.capped_games} reached the cap; "
        f"{result.share_of_fours:.0%} of the lines went four at a time; "
        f"{result.pieces_per_second:,.0f} pieces/s"
    )
