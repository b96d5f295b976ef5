"""`evaluate`: measure a player's lines per game, with a confidence interval, under stated conditions.

Without an option that changes the conditions, it is the standard test, by which models are ranked.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from typing import Any

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.cluster_options import add_cluster_options, connected_cluster
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.env import PIECES, RULE_SETS
from tetris_arcade.config.evaluation import (
    STANDARD_TEST,
    STANDARD_TEST_SEED,
    Evaluation,
    EvaluationConditions,
    describe_conditions,
)
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.threads import has_thread_for

_OWN_DEFAULTS: dict[str, Any] = {
    "games": 20,
    "max_pieces": 2_500,
    "pieces": "bag",
    "height": 20,
    "lookahead": False,
    "rules": "package",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "slot", metavar="SLOT", help="a slot, latest, best, final, a reference player, or a path"
    )
    parser.add_argument("--seed", type=argument_types.seed, default=None, metavar="S")
    add_cluster_options(parser, "without it, in this process")
    own = parser.add_argument_group(
        "conditions of your own",
        "Without any of these options, the standard test is played, by which models are ranked: "
        f"{describe_conditions(STANDARD_TEST)}. With one of them, the others have the defaults given here, "
        "and the result is shown with its conditions but not ranked.",
    )

    def add(name: str, default: str, **kwargs: Any) -> None:
        own.add_argument(name, default=argparse.SUPPRESS, help=f"default {default}", **kwargs)

    add("--games", "20", type=argument_types.positive_int, metavar="N")
    add("--max-pieces", "2500; none for no limit", type=argument_types.piece_cap, metavar="P")
    add("--pieces", "bag", choices=PIECES)
    add("--height", "20", type=argument_types.board_height, metavar="H")
    add("--lookahead", "0", type=int, choices=(0, 1))
    add(
        "--rules",
        "package; literature: pieces enter above the board, the next one is unknown, and a game is lost when "
        "a cell is left above the board",
        choices=RULE_SETS,
    )


def _conditions(options: argparse.Namespace) -> EvaluationConditions:
    given = {name: value for name, value in vars(options).items() if name in _OWN_DEFAULTS}
    return EvaluationConditions(**{**_OWN_DEFAULTS, **given}) if given else STANDARD_TEST


def _run(options: argparse.Namespace, paths: DataPaths) -> Report:
    """Play the games with a progress bar on standard error, and save the result with the slot."""
    from rich.console import Console
    from rich.progress import Progress

    from tetris_arcade.training.evaluation import evaluate_under
    from tetris_arcade.training.players import load_player
    from tetris_arcade.training.run_metadata import save_evaluation

    conditions = _conditions(options)
    seed = options.seed
    if seed is None:
        seed = STANDARD_TEST_SEED if conditions == STANDARD_TEST else 0
    player = load_player(options.slot, paths, options.seed or 0)
    is_live = has_thread_for("progress bar")
    with Progress(console=Console(stderr=True), auto_refresh=is_live, transient=True) as bar:
        task = bar.add_task(f"{options.slot}: {conditions.games} games", total=1.0)

        def progress(share: float) -> None:
            bar.update(task, completed=share)

        if options.address is None and options.workers is None:
            evaluation = evaluate_under(
                player, conditions, seed, num_threads=os.cpu_count() or 1, progress=progress
            )
        else:
            address = options.address or "local"
            with connected_cluster(paths, address, options.workers, bar.console.print) as cluster:
                from tetris_arcade.cluster.evaluation import evaluate_on_cluster

                evaluation = evaluate_on_cluster(cluster, player, conditions, seed, progress)
    save_evaluation(paths, options.slot, evaluation)
    return Report(_format(player.name, evaluation), _to_json(player.name, evaluation))


def _format(name: str, evaluation: Evaluation) -> str:
    low, high = evaluation.ci95_lines
    test = "the standard test" if evaluation.is_ranked else "not ranked"
    return (
        f"{name}: {evaluation.mean_lines:,.1f} lines per game (95 % interval {low:,.1f} to {high:,.1f}, "
        f"median {evaluation.median_lines:,.0f})\n"
        f"{describe_conditions(evaluation.conditions)} ({test}); "
        f"{evaluation.capped_games} reached the limit; "
        f"{evaluation.share_of_fours:.0%} of the lines cleared four at a time; "
        f"{evaluation.pieces_per_second:,.0f} pieces/s"
    )


def _to_json(name: str, evaluation: Evaluation) -> dict[str, Any]:
    return {"slot": name, **asdict(evaluation), "lookahead": int(evaluation.lookahead)}


COMMAND = Subcommand("evaluate", "measure a model over many games", _add_arguments, _run)
