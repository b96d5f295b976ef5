"""`bench`: measure speed on this machine."""

from __future__ import annotations

import argparse
from typing import Any

from tetris_arcade.bench import PARTS
from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.paths import DataPaths


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=(*PARTS, "all"), default="all")
    parser.add_argument(
        "--seeds", type=argument_types.positive_int, default=5, metavar="N", help="train: number of seeds"
    )
    parser.add_argument(
        "--seconds",
        type=argument_types.positive_float,
        default=60.0,
        metavar="T",
        help="train: seconds per seed",
    )


def _run(options: argparse.Namespace, _paths: DataPaths) -> Report:
    from tetris_arcade.bench import run_bench

    data = run_bench(options.what, num_seeds=options.seeds, seconds=options.seconds)
    return Report(_format(data), data)


def _format(data: dict[str, Any]) -> str:
    lines = []
    for part, stats in data.items():
        lines.append(part)
        lines += [f"  {name}: {_format_value(value)}" for name, value in stats.items()]
    return "\n".join(lines)


def _format_value(value: Any) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


COMMAND = Subcommand("bench", "measure speed on this machine", _add_arguments, _run)
