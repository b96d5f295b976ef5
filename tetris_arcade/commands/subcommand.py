"""What a subcommand is: its parser, what it runs, and what it reports."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tetris_arcade.commands import argument_types
from tetris_arcade.config.paths import DataPaths


@dataclass(frozen=True)
class Report:
    """The result of a command: `text` for people, `data` for `--json`."""

    text: str
    data: dict[str, Any]


Run = Callable[[argparse.Namespace, DataPaths], Report | None]


@dataclass(frozen=True)
class Subcommand:
    """One subcommand; its module holds its parser, what it runs and its text, and nothing heavy at the top.

    `has_options`: the parser itself takes the options that all commands share; False for a command whose
    actions take them.
    """

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Run
    has_json: bool = True
    has_options: bool = True

    @property
    def parents(self) -> list[argparse.ArgumentParser]:
        if not self.has_options:
            return []
        return [reporting_options() if self.has_json else common_options()]


def common_options() -> argparse.ArgumentParser:
    """The options that every command takes, before the subcommand or after it."""
    # Suppressed, so that a subcommand's default does not undo an option given before it.
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument(
        "--data-dir",
        type=argument_types.folder,
        metavar="DIR",
        help="folder of checkpoints, settings, records and logs",
    )
    parser.add_argument("--debug", action="store_true", help="show log lines, and the traceback of an error")
    return parser


def reporting_options() -> argparse.ArgumentParser:
    """The options of a command that can print its report as JSON."""
    parser = argparse.ArgumentParser(add_help=False, parents=[common_options()])
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    return parser
