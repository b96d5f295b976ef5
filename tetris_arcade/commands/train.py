"""`train`: train without a window."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.errors import MISUSED, CommandError
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.commands.web_options import add_web_option, open_sidecar, read_web_options
from tetris_arcade.config.env import PIECES
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.config.settings import WATCHED_SPEED
from tetris_arcade.process.malloc import tune_malloc_for_trainer
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.storage.checkpoint_names import is_checkpoint_name, run_number
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.repair import repair_storage
from tetris_arcade.storage.slots import check_new_slot, has_checkpoint, resolve_slot

if TYPE_CHECKING:
    from tetris_arcade.config.training import TrainConfig
    from tetris_arcade.remote.web_options import WebOptions
    from tetris_arcade.training.trainer import TrainResult
    from tetris_arcade.worker.child.channel import Channel


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--minutes", type=argument_types.positive_float, metavar="M", help="train this long")
    limit.add_argument(
        "--steps", type=argument_types.positive_int, metavar="N", help="train to this many timesteps in all"
    )
    parser.add_argument(
        "--goal-lines",
        type=argument_types.goal_lines,
        metavar="L",
        help="stop when the standard test (see `evaluate --help`) gives this many lines per game",
    )
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--resume",
        nargs="?",
        const="latest",
        type=_resumable,
        metavar="RUN",
        help="continue the latest checkpoint, or one that was set aside (latest.7), as it was saved; "
        "only its end and its intervals can change",
    )
    start.add_argument(
        "--fresh", action="store_true", help="start a new run; everything of the last one is kept aside"
    )
    start.add_argument(
        "--from",
        dest="start_from",
        metavar="NAME",
        help="start a new run with the network of a slot, a checkpoint or a model file",
    )
    parser.add_argument("--seed", type=argument_types.seed, default=None, metavar="S")
    parser.add_argument("--save-slot", metavar="NAME", help="save the model to a slot at the end")
    parser.add_argument("--tensorboard", action="store_true", help="write TensorBoard logs")
    parser.add_argument("--csv", action="store_true", help="write progress.csv")
    parser.add_argument(
        "--height", type=argument_types.board_height, default=None, metavar="H", help="rows of the board"
    )
    parser.add_argument("--pieces", choices=PIECES, default=None)
    parser.add_argument("--reward", choices=tuple(REWARDS), default=None)
    parser.add_argument("--config", metavar="FILE", help="a TOML file of training settings, see the README")
    add_web_option(parser)


def _resumable(text: str) -> str:
    name = f"latest.{text}" if text.isdecimal() else text
    if not is_checkpoint_name(name) or not name.startswith("latest"):
        raise argparse.ArgumentTypeError(
            f"must be latest, or a run that was set aside, such as latest.7, got {text!r}"
        )
    return name


def _run(options: argparse.Namespace, paths: DataPaths) -> Report:
    from tetris_arcade.commands.train_config import config_from_options

    log_formats = tuple(name for name in ("tensorboard", "csv") if getattr(options, name))
    data = train_headless(
        config_from_options(options, paths),
        paths,
        resume=options.resume,
        start_from=options.start_from,
        save_slot=options.save_slot,
        log_formats=log_formats,
        web=None if options.web is None else read_web_options(paths, options.web),
    )
    text = "{timesteps:,} timesteps, {episodes:,} games, best game {best_lines} lines: {checkpoint}"
    return Report(text.format(**data), data)


def train_headless(
    config: TrainConfig,
    paths: DataPaths,
    *,
    save_slot: str | None,
    log_formats: tuple[str, ...],
    resume: str | None = None,
    start_from: str | None = None,
    web: WebOptions | None = None,
) -> dict[str, Any]:
    """Train to the configured end, or until Ctrl-C, SIGTERM or SIGHUP, which save `latest`.

    Other programs can watch and steer it meanwhile.

    resume: the checkpoint to continue, `latest` or that of a run that was set aside. start_from: the model
    with whose network a new run starts. web: where browsers see it, None for nowhere.
    Returns what `--json` prints. Raises SlotNameError before training if nothing can be saved under that
    name, CommandError if the trained model could not be saved in the end.
    """
    _check_request(paths, save_slot, log_formats, resume, start_from)
    import torch
    from rich.console import Console

    from tetris_arcade.commands.train_console import LineConsoleListener, LiveConsoleListener
    from tetris_arcade.commands.train_host import HostThread, TrainHost, listen
    from tetris_arcade.remote.host import HostLinks
    from tetris_arcade.training.run_listener import RunListeners
    from tetris_arcade.training.trainer import Trainer
    from tetris_arcade.worker.child.train_task import END_REASONS
    from tetris_arcade.worker.child.training_reporter import ViewerListener
    from tetris_arcade.worker.shared.messages import TrainTask

    # For matrices this small, more threads lose more to synchronisation than they gain.
    torch.set_num_threads(1)
    tune_malloc_for_trainer()
    task = TrainTask(config=config, resume=resume is not None, start_from=start_from, speed=WATCHED_SPEED)
    host = TrainHost(task, paths)
    links = HostLinks(lambda: host)
    handler = partial(_request_stop, threading.Event(), host.channel)
    with DataLock(paths) as lock, handle_signals(handler), closing(links):
        if not lock.is_held:
            raise CommandError(lock.why_not or "the data folder is in use")
        for message in repair_storage(paths):
            print(message, file=sys.stderr)
        console = Console(stderr=True)
        listener_type = LiveConsoleListener if console.is_terminal else LineConsoleListener
        listen(links, paths, console.print)
        sidecar = None if web is None else open_sidecar(web, paths, links.connect)
        with (
            listener_type(config, console) as listener,
            HostThread(host, links, sidecar, console.print),
        ):
            publisher = ViewerListener(host.channel)
            trainer = Trainer(
                config,
                paths,
                RunListeners(publisher, listener),
                resume=resume is not None,
                log_formats=log_formats,
                kept_run=None if resume is None else run_number(resume),
                start_from=start_from,
            )
            publisher.bind(trainer)
            result = trainer.run()
            host.mark_ended(END_REASONS[result.reason])
        if save_slot is not None:
            trainer.save_to_slot(save_slot)
            trainer.close()
    for kind in ("latest", "final", save_slot):
        if kind in listener.unsaved:
            raise CommandError(listener.unsaved[kind])
    return _to_json(result)


def _check_request(
    paths: DataPaths,
    save_slot: str | None,
    log_formats: tuple[str, ...],
    resume: str | None,
    start_from: str | None,
) -> None:
    """Raise CommandError or SlotNameError if such a training cannot start or be saved."""
    if save_slot is not None:
        check_new_slot(paths, save_slot)
    if resume is not None and not has_checkpoint(paths, resume):
        raise CommandError("there is no checkpoint to resume: start a run without --resume first", MISUSED)
    if start_from is not None and resolve_slot(paths, start_from).is_reference_player:
        raise CommandError(f"{start_from} is a formula and has no network to train", MISUSED)
    if "tensorboard" in log_formats and find_spec("tensorboard") is None:
        raise CommandError('TensorBoard is not installed: pip install "tetris-arcade[tensorboard]"')


def _to_json(result: TrainResult) -> dict[str, Any]:
    return {
        "timesteps": result.timesteps,
        "episodes": result.episodes,
        "seconds": round(result.seconds, 3),
        "best_lines": result.best_lines,
        "mean_lines_last_100": round(result.mean_lines_last_100, 3),
        "timesteps_per_second": round(result.timesteps_per_second, 1),
        "checkpoint": str(result.checkpoint),
        "reason": result.reason,
    }


def _request_stop(has_signal: threading.Event, channel: Channel, number: int) -> None:
    """Stop the training at the first signal; raise KeyboardInterrupt at the second."""
    # SIGHUP is not counted: both the system and the shell may report the end of one terminal.
    if has_signal.is_set() and number in (signal.SIGINT, signal.SIGTERM):
        raise KeyboardInterrupt
    has_signal.set()
    channel.request_stop()


COMMAND = Subcommand("train", "train without a window", _add_arguments, _run)
