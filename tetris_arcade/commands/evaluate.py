"""`evaluate`: measure a player's lines per game, with a confidence interval, under stated conditions."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from typing import Any

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.env import PIECES
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.threads import has_thread_for


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "slot", metavar="SLOT", help="a slot, latest, best, final, a reference player, or a path"
    )
    parser.add_argument("--games", type=argument_types.positive_int, default=20, metavar="N")
    parser.add_argument(
        "--max-pieces",
        type=argument_types.piece_cap,
        default=2_500,
        metavar="P",
        help="end a game after P pieces (default 2500), or none",
    )
    parser.add_argument("--pieces", choices=PIECES, default="bag")
    parser.add_argument("--height", type=argument_types.board_height, default=20, metavar="H")
    parser.add_argument("--lookahead", type=int, choices=(0, 1), default=0)
    parser.add_argument("--seed", type=argument_types.seed, default=0, metavar="S")


def _run(options: argparse.Namespace, paths: DataPaths) -> Report:
    """Play the games with a progress bar on standard error, and save the result with the slot."""
    from rich.console import Console
    from rich.progress import Progress

    from tetris_arcade.training.evaluation import evaluate
    from tetris_arcade.training.players import load_player
    from tetris_arcade.training.run_metadata import save_evaluation

    player = load_player(options.slot, paths, options.seed)
    is_live = has_thread_for("progress bar")
    with Progress(console=Console(stderr=True), auto_refresh=is_live, transient=True) as bar:
        task = bar.add_task(f"{options.slot}: {options.games} games", total=1.0)
        evaluation = evaluate(
            player,
            games=options.games,
            max_pieces=options.max_pieces,
            pieces=options.pieces,
            height=options.height,
            lookahead=options.lookahead,
            seed=options.seed,
            num_threads=os.cpu_count() or 1,
            progress=lambda share: bar.update(task, completed=share),
        )
    save_evaluation(paths, options.slot, evaluation)
    return Report(_format(player.name, evaluation), _to_json(player.name, evaluation))


def _format(name: str, evaluation: Evaluation) -> str:
    low, high = evaluation.ci95_lines
    cap = (
        "played to the end"
        if evaluation.max_pieces is None
        else f"of at most {evaluation.max_pieces:,} pieces"
    )
    lookahead = ", one piece of look-ahead" if evaluation.lookahead else ""
    return (
        f"{name}: {evaluation.mean_lines:,.1f} lines per game (95 % interval {low:,.1f} to {high:,.1f}, "
        f"median {evaluation.median_lines:,.0f})\n"
        f"{evaluation.games} games {cap}, {evaluation.pieces} pieces, height {evaluation.height}{lookahead}; "
        f"{evaluation.capped_games} reached the cap; "
        f"{evaluation.share_of_fours:.0%} of the lines cleared four at a time; "
        f"{evaluation.pieces_per_second:,.0f} pieces/s"
    )


def _to_json(name: str, evaluation: Evaluation) -> dict[str, Any]:
    return {"slot": name, **asdict(evaluation), "lookahead": int(evaluation.lookahead)}


COMMAND = Subcommand("evaluate", "measure a model over many games", _add_arguments, _run)
