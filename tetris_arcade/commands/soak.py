"""`soak`: drive the window for a long time and report what grows."""

from __future__ import annotations

import argparse
from typing import Any

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.paths import DataPaths


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--minutes", type=argument_types.positive_float, default=10.0, metavar="M", help="how long to run"
    )
    parser.add_argument(
        "--seed", type=argument_types.seed, default=0, metavar="S", help="seed of the key presses"
    )


def _run(options: argparse.Namespace, paths: DataPaths) -> Report:
    from tetris_arcade.soak.run import run_soak

    # A temporary folder unless one was named: a soak's slots do not belong among the user's own.
    data = run_soak(options.minutes, paths.root if options.data_dir else None, options.seed)
    return Report(_format(data), data)


def _format(data: dict[str, Any]) -> str:
    return "\n".join(
        f"{name}: {'not available' if value is None else _format_value(value)}"
        for name, value in data.items()
    )


def _format_value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return f"{value:,}" if isinstance(value, int | float) else str(value)


COMMAND = Subcommand("soak", "drive the window for a long time and report what grows", _add_arguments, _run)
