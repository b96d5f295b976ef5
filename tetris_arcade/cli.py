"""The command line: arguments in, one module per subcommand, an exit code out. The only module that prints
a result."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import traceback
from collections.abc import Sequence

from tetris_arcade import __version__
from tetris_arcade.commands import (
    bench,
    demo,
    doctor,
    evaluate,
    kiosk,
    models,
    play,
    record_video,
    soak,
    sweep,
    train,
    web,
)
from tetris_arcade.commands.errors import DONE, FAILED, MISUSED, CommandError
from tetris_arcade.commands.subcommand import Report, common_options
from tetris_arcade.commands.web_options import add_web_option
from tetris_arcade.commands.window import open_title
from tetris_arcade.config.paths import resolve_data_dir
from tetris_arcade.process.signals import SignalInterrupts
from tetris_arcade.storage.errors import (
    SlotNameError,
    StorageError,
    UnknownModelError,
    describe_os_error,
    printable_path,
)

SUBCOMMANDS = tuple(
    module.COMMAND
    for module in (train, sweep, demo, play, evaluate, models, record_video, kiosk, web, bench, soak, doctor)
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 2 misuse, 128 plus the number of the signal that interrupted it (130 for Ctrl-C), 1 any other
    failure.
    """
    options = make_parser().parse_args(arguments, argparse.Namespace(data_dir=None, debug=False))
    logging.basicConfig(level=logging.INFO if options.debug else logging.WARNING, stream=sys.stderr)
    with SignalInterrupts() as interrupts:
        return _run(options, interrupts)


def _run(options: argparse.Namespace, interrupts: SignalInterrupts) -> int:
    try:
        paths = resolve_data_dir(options.data_dir)
        report: Report | None = options.run(options, paths)
    except KeyboardInterrupt:
        return interrupts.exit_code
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        if interrupts.was_interrupted:
            return interrupts.exit_code
        code = _exit_code(error)
        if code is None and not options.debug:
            logging.getLogger(__name__).info("unexpected", exc_info=error)
        if options.debug:
            traceback.print_exc()
        _print_error(error)
        return FAILED if code is None else code
    if report is not None:
        print(json.dumps(report.data, allow_nan=False) if options.json else report.text)
    return DONE


def _exit_code(error: Exception) -> int | None:
    if isinstance(error, CommandError):
        return error.exit_code
    if isinstance(error, UnknownModelError | SlotNameError | ValueError):
        return MISUSED
    return FAILED if isinstance(error, StorageError | OSError) else None


def _print_error(error: Exception) -> None:
    message = " ".join(_describe(error).split()) or type(error).__name__
    print(f"tetris_arcade: {message}", file=sys.stderr)


def _describe(error: Exception) -> str:
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    return (
        f"{printable_path(error.filename)}: {describe_os_error(error)}"
        if error.filename
        else describe_os_error(error)
    )


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tetris_arcade",
        description="An arcade cabinet that teaches itself. Without a subcommand: the arcade.",
        parents=[common_options()],
    )
    parser.add_argument("--version", action="version", version=f"tetris-arcade {__version__}")
    add_web_option(parser)
    parser.set_defaults(run=open_title)
    subparsers = parser.add_subparsers(title="subcommands", metavar="COMMAND")
    for command in SUBCOMMANDS:
        subparser = subparsers.add_parser(command.name, parents=command.parents, help=command.help)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser
