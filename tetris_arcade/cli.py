"""The command line: arguments in, one function a subcommand, an exit code out. The only module that
prints."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tetris_arcade import __version__
from tetris_arcade.commands import argument_types as arguments
from tetris_arcade.commands.errors import DONE, FAILED, MISUSED, CommandError
from tetris_arcade.config.paths import DataPaths, resolve_data_dir
from tetris_arcade.process.signals import SignalInterrupts
from tetris_arcade.storage.errors import (
    SlotNameError,
    StorageError,
    UnknownModelError,
    describe_os_error,
    printable_path,
)

if TYPE_CHECKING:
    from tetris_arcade.config.training import TrainConfig

Command = Callable[[argparse.Namespace, DataPaths], Any]
_STDERR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 2 misuse, 128 and the number of a signal that cut it short (130 for
    Ctrl-C), 1 failed for another reason."""
    options = _parser().parse_args(arguments, argparse.Namespace(data_dir=None, debug=False))
    logging.basicConfig(level=logging.INFO if options.debug else logging.WARNING, stream=sys.stderr)
    interrupt = SignalInterrupts()
    try:
        paths = resolve_data_dir(options.data_dir)
        reported = options.command(options, paths)
    except KeyboardInterrupt:
        return interrupt.exit_code
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        if interrupt.has_come:
            return interrupt.exit_code
        code = _exit_code(error)
        if code is None and not options.debug:
            logging.getLogger(__name__).info("unexpected", exc_info=error)
        if options.debug:
            traceback.print_exc()
        _tell_error(error)
        return FAILED if code is None else code
    if reported is not None:
        print(json.dumps(reported, allow_nan=False))
    return DONE


def _exit_code(error: Exception) -> int | None:
    if isinstance(error, CommandError):
        return error.exit_code
    if isinstance(error, UnknownModelError | SlotNameError | ValueError):
        return MISUSED
    return FAILED if isinstance(error, StorageError | OSError) else None


def _tell_error(error: Exception) -> None:
    sentence = " ".join(_words(error).split()) or type(error).__name__
    print(f"tetris_arcade: {sentence}", file=sys.stderr)


def _words(error: Exception) -> str:
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    return (
        f"{printable_path(error.filename)}: {describe_os_error(error)}"
        if error.filename
        else describe_os_error(error)
    )


def _say(options: argparse.Namespace, text: str) -> None:
    """Text for people, where JSON was not asked for."""
    if not getattr(options, "json", False):
        print(text)


# --- The arguments ---


def _parser() -> argparse.ArgumentParser:
    # Both stand before a subcommand or behind it; left out there, they must not undo what stood before it.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--data-dir",
        type=arguments.folder,
        metavar="DIR",
        help="where checkpoints, settings, records and logs are",
    )
    common.add_argument("--debug", action="store_true", help="show log lines, and the traceback of an error")
    reporting = argparse.ArgumentParser(add_help=False, parents=[common])
    reporting.add_argument("--json", action="store_true", help="print one JSON object on standard output")

    parser = argparse.ArgumentParser(
        prog="python -m tetris_arcade",
        description="An arcade cabinet that teaches itself. Without a subcommand: the arcade.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"tetris-arcade {__version__}")
    parser.set_defaults(command=_arcade)
    commands = parser.add_subparsers(title="subcommands", metavar="COMMAND")
    _add_train(commands.add_parser("train", parents=[reporting], help="train without a window"))
    _add_demo(commands.add_parser("demo", parents=[common], help="watch a model play"))
    _add_evaluate(
        commands.add_parser("evaluate", parents=[reporting], help="measure a model over many games")
    )
    _add_models(commands.add_parser("models", help="list, keep and exchange models"), reporting)
    _add_record(
        commands.add_parser("record", parents=[reporting], help="write a game as a GIF or an MP4 file")
    )
    _add_kiosk(commands.add_parser("kiosk", parents=[common], help="run unattended on a display"))
    _add_bench(commands.add_parser("bench", parents=[reporting], help="measure speed on this machine"))
    _add_soak(
        commands.add_parser("soak", parents=[reporting], help="drive the window for long, and see what grows")
    )
    doctor = commands.add_parser("doctor", parents=[reporting], help="versions, devices, paths, frame times")
    doctor.set_defaults(command=_doctor)
    return parser


def _add_train(parser: argparse.ArgumentParser) -> None:
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--minutes", type=arguments.positive_float, metavar="M", help="train this long")
    limit.add_argument(
        "--steps", type=arguments.positive_int, metavar="N", help="train to this many timesteps in all"
    )
    parser.add_argument(
        "--goal-lines", type=arguments.positive_float, metavar="L", help="stop at this many lines a game"
    )
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--resume", action="store_true", help="go on from the latest checkpoint")
    start.add_argument("--fresh", action="store_true", help="start anew; the latest checkpoint is kept aside")
    parser.add_argument("--seed", type=arguments.seed, default=None, metavar="S")
    parser.add_argument("--save-slot", metavar="NAME", help="save the model to a slot at the end")
    parser.add_argument("--tensorboard", action="store_true", help="write TensorBoard logs")
    parser.add_argument("--csv", action="store_true", help="write progress.csv")
    parser.add_argument(
        "--height", type=arguments.board_height, default=None, metavar="H", help="rows of the board"
    )
    parser.add_argument("--pieces", choices=("bag", "uniform"), default=None)
    parser.add_argument("--reward", choices=("lines", "score", "shaped"), default=None)
    parser.add_argument("--config", metavar="FILE", help="a TOML file of training settings, see the README")
    parser.set_defaults(command=_train)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slot", metavar="SLOT")
    parser.add_argument("--speed", type=arguments.speed, default=4.0, metavar="PIECES_PER_SECOND|max")
    parser.set_defaults(command=_demo)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "slot", metavar="SLOT", help="a slot, latest, best, final, a reference player, or a path"
    )
    parser.add_argument("--games", type=arguments.positive_int, default=20, metavar="N")
    parser.add_argument(
        "--max-pieces",
        type=arguments.piece_cap,
        default=2_500,
        metavar="P",
        help="end a game after P pieces (default 2500); none",
    )
    parser.add_argument("--pieces", choices=("bag", "uniform"), default="bag")
    parser.add_argument("--height", type=arguments.board_height, default=20, metavar="H")
    parser.add_argument("--lookahead", type=int, choices=(0, 1), default=0)
    parser.add_argument("--seed", type=arguments.seed, default=0, metavar="S")
    parser.set_defaults(command=_evaluate)


def _add_models(parser: argparse.ArgumentParser, reporting: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def add(name: str, help_text: str, *names: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, parents=[reporting], help=help_text)
        for argument in names:
            action.add_argument(argument.lower(), metavar=argument)
        action.set_defaults(command=_models, action=name)
        return action

    add("list", "all slots, checkpoints and reference players")
    add("show", "all that is known of one", "NAME")
    save = add("save", "save a checkpoint to a slot", "NAME")
    save.add_argument("--from", dest="source", choices=("latest", "best", "final"), default="best")
    save.add_argument("--ship", action="store_true", help="as a model that comes with the program")
    add("rename", "give a slot another name", "OLD", "NEW")
    add("delete", "delete a slot", "NAME").add_argument("--yes", action="store_true", help="do not ask")
    add("export", "write a slot to a file for others", "NAME", "OUT").add_argument(
        "--safetensors", action="store_true", help="put a safetensors file beside it"
    )
    add("import", "take in a model file, without running anything in it", "FILE").add_argument("--name")


def _add_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "slot", metavar="SLOT", help="a model, a reference player, or the file of a kept game"
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="a name that ends in .gif or .mp4")
    parser.add_argument(
        "--seconds", type=arguments.positive_float, default=20.0, metavar="S", help="at most so long"
    )
    parser.add_argument("--speed", type=arguments.film_speed, default=4.0, metavar="PIECES_PER_SECOND")
    parser.add_argument(
        "--size", type=arguments.film_height, default=720, metavar="PIXELS", help="how high it is"
    )
    parser.add_argument("--lookahead", type=int, choices=(0, 1), default=0)
    parser.add_argument("--seed", type=arguments.seed, default=None, metavar="S", help="which pieces come")
    parser.add_argument(
        "--skip", type=arguments.count, default=0, metavar="N", help="begin after so many pieces"
    )
    parser.add_argument("--tell-progress", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command=_record)


def _add_kiosk(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--playlist", type=arguments.names, metavar="A,B", help="who plays, one after the other"
    )
    parser.add_argument(
        "--idle", type=arguments.kiosk_seconds, metavar="SECONDS", help="a visitor has left after this"
    )
    parser.add_argument(
        "--rotate", type=arguments.kiosk_seconds, metavar="SECONDS", help="how long each is watched"
    )
    parser.add_argument("--train", action="store_true", help="an agent learns all the time")
    parser.add_argument("--allow-exit", action="store_true", help="the window can be closed by visitors")
    parser.add_argument("--window", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command=_kiosk)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", choices=("engine", "train", "viewer", "latency", "all"), default="all"
    )
    parser.add_argument(
        "--seeds", type=arguments.positive_int, default=5, metavar="N", help="train: how many seeds"
    )
    parser.add_argument(
        "--seconds", type=arguments.positive_float, default=60.0, metavar="T", help="train: for how long each"
    )
    parser.set_defaults(command=_bench)


def _add_soak(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--minutes", type=arguments.positive_float, default=10.0, metavar="M", help="for so long"
    )
    parser.add_argument(
        "--seed", type=arguments.seed, default=0, metavar="S", help="of the keys that are pressed"
    )
    parser.set_defaults(command=_soak)


# --- The commands: what they need is imported when they run ---


def _arcade(options: argparse.Namespace, paths: DataPaths) -> None:
    from tetris_arcade.commands.window import run_arcade

    run_arcade(paths)


def _demo(options: argparse.Namespace, paths: DataPaths) -> None:
    from tetris_arcade.commands.window import run_demo

    run_demo(paths, options.slot, options.speed)


def _train(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.commands.train import run_train

    result = run_train(
        _train_config(options, paths),
        paths,
        resume=options.resume,
        save_slot=options.save_slot,
        log_formats=tuple(name for name in ("tensorboard", "csv") if getattr(options, name)),
    )
    _say(
        options,
        "{timesteps:,} timesteps, {episodes:,} games, best game {best_lines} lines: {checkpoint}".format(
            **result
        ),
    )
    return result if options.json else None


def _train_config(options: argparse.Namespace, paths: DataPaths) -> TrainConfig:
    from tetris_arcade.commands.train_config import train_config

    return train_config(
        paths,
        file=options.config,
        resume=options.resume,
        minutes=options.minutes,
        steps=options.steps,
        goal_lines=options.goal_lines,
        seed=options.seed,
        height=options.height,
        pieces=options.pieces,
        reward=options.reward,
    )


def _evaluate(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.commands.evaluate import describe, run_evaluate

    result = run_evaluate(
        options.slot,
        paths,
        games=options.games,
        max_pieces=options.max_pieces,
        pieces=options.pieces,
        height=options.height,
        lookahead=options.lookahead,
        seed=options.seed,
    )
    _say(options, describe(result))
    return result.to_json() if options.json else None


def _models(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.commands.models import run_models

    text, reported = run_models(options, paths)
    _say(options, text)
    return reported if options.json else None


def _tell_progress(share: float) -> None:
    """To the window that waits for the film; BrokenPipeError where it is gone, and the film not wanted."""
    os.write(_STDERR, f"progress {share:.3f}\n".encode())


def _record(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.commands.record_video import run_record

    result = run_record(
        options.slot,
        options.out,
        paths,
        seconds=options.seconds,
        speed=options.speed,
        height_px=options.size,
        lookahead=bool(options.lookahead),
        seed=options.seed,
        skip=options.skip,
        tell=_tell_progress if options.tell_progress else None,
    )
    _say(options, "{file}: {pieces} pieces, {width} x {height}, {bytes:,} bytes".format(**result))
    return result if options.json else None


def _kiosk(options: argparse.Namespace, paths: DataPaths) -> None:
    from tetris_arcade.commands.kiosk import run_kiosk

    run_kiosk(options, paths)


def _bench(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.bench import describe, run_bench

    reported = run_bench(options.what, num_seeds=options.seeds, seconds=options.seconds)
    _say(options, describe(reported))
    return reported if options.json else None


def _soak(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.soak.run import describe, run_soak

    # Only a folder that was named: nobody wants a soak's slots among their own.
    reported = run_soak(options.minutes, paths.root if options.data_dir else None, options.seed)
    _say(options, describe(reported))
    return reported if options.json else None


def _doctor(options: argparse.Namespace, paths: DataPaths) -> Any:
    from tetris_arcade.commands.doctor import describe, examine

    reported = examine(paths)
    _say(options, describe(reported))
    return reported if options.json else None
