"""`sweep`: find the best training configuration, on all cores of this machine or of a cluster."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tetris_arcade.cluster.errors import ClusterError
from tetris_arcade.cluster.trial_text import trial_line
from tetris_arcade.commands import argument_types
from tetris_arcade.commands.cluster_options import (
    add_cluster_options,
    check_cluster_extra,
    connected_cluster,
)
from tetris_arcade.commands.errors import MISUSED, CommandError
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import read_file
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.errors import StorageError, describe_os_error, printable_path
from tetris_arcade.storage.slots import check_new_slot
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES

if TYPE_CHECKING:
    from rich.console import Console

    from tetris_arcade.cluster.session import Cluster
    from tetris_arcade.cluster.spec import SweepPlan, SweepSpec
    from tetris_arcade.cluster.sweep import Sweep
    from tetris_arcade.cluster.sweep_folder import SweepFolder
    from tetris_arcade.cluster.trials import Trial

_FIXED = ("seeds", "steps", "minutes")
"""Options that change what a trial is: a resumed sweep keeps them."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "spec",
        metavar="SPEC.toml",
        help="a training configuration with a table [space], see cluster/README.md",
    )
    parser.add_argument(
        "--trials", type=argument_types.positive_int, metavar="N", help="configurations to try"
    )
    parser.add_argument("--seeds", type=argument_types.positive_int, metavar="K", help="trainings per trial")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument(
        "--minutes", type=argument_types.positive_float, metavar="M", help="the length of each training"
    )
    limit.add_argument(
        "--steps",
        type=argument_types.positive_int,
        metavar="N",
        help="the length of each training in timesteps",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue the newest sweep of this spec; --trials can add trials",
    )
    parser.add_argument("--save-slot", metavar="NAME", help="save the best model to a slot at the end")
    add_cluster_options(parser, "without it, local")


def _run(options: argparse.Namespace, paths: DataPaths) -> Report:
    check_cluster_extra()
    if options.save_slot is not None:
        check_new_slot(paths, options.save_slot)
    content, spec = _read_spec(Path(options.spec))
    folder = None
    if options.resume:
        folder, spec = _find_resumed(options, paths, spec)
    else:
        spec = replace(spec, plan=_change_plan(spec.plan, options))
    from rich.console import Console

    started, console = time.monotonic(), Console(stderr=True)
    address = options.address or "local"
    with connected_cluster(paths, address, options.workers, console.print) as cluster:
        folder = folder or _create(options, paths, content, spec)
        console.print(f"the sweep is in {printable_path(folder.root)}", soft_wrap=True, highlight=False)
        workers = cluster.workers
        sweep = _sweep(paths, spec, folder, cluster, console)
    _draw(folder, sweep)
    best = _report_best(options, paths, sweep)
    data = _to_json(sweep, best, options.save_slot, workers, time.monotonic() - started)
    return Report(_format(sweep, best, options.save_slot), data)


def _sweep(
    paths: DataPaths, spec: SweepSpec, folder: SweepFolder, cluster: Cluster, console: Console
) -> Sweep:
    """Run all trials; whatever ends it, a sentence says that it can be resumed."""
    from tetris_arcade.cluster.sweep import Sweep
    from tetris_arcade.commands.sweep_console import open_listener

    with DataLock(paths, folder.lock_file) as lock:
        if lock.is_taken:
            raise CommandError(f"another program runs the sweep {folder.name}")
        try:
            with open_listener(spec, console) as listener:
                sweep = Sweep(spec, folder, cluster, listener)
                sweep.run()
        except KeyboardInterrupt:
            console.print(f"interrupted; --resume continues the sweep {folder.name}", soft_wrap=True)
            raise
        except (ClusterError, StorageError, OSError) as error:
            reason = describe_os_error(error) if isinstance(error, OSError) else error
            raise CommandError(f"{reason}; --resume continues the sweep {folder.name}") from error
    return sweep


# --- The spec ---


def _read_spec(file: Path) -> tuple[bytes, SweepSpec]:
    from tetris_arcade.cluster.spec import parse_spec

    try:
        content = read_file(file.resolve(), MAX_TOML_BYTES)
        return content, parse_spec(content)
    except (OSError, RuntimeError, StorageError, ValueError) as error:
        raise CommandError(f"{printable_path(file)} is not the spec of a sweep: {error}", MISUSED) from error


def _create(options: argparse.Namespace, paths: DataPaths, content: bytes, spec: SweepSpec) -> SweepFolder:
    from tetris_arcade.cluster.sweep_folder import create_sweep

    return create_sweep(paths, Path(options.spec).stem, content, spec.plan)


def _change_plan(plan: SweepPlan, options: argparse.Namespace) -> SweepPlan:
    given = {name: getattr(options, name) for name in ("trials", *_FIXED)}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if "steps" in changes or "minutes" in changes:
        changes = {"steps": None, "minutes": None, **changes}
    return replace(plan, **changes)


def _find_resumed(
    options: argparse.Namespace, paths: DataPaths, given: SweepSpec
) -> tuple[SweepFolder, SweepSpec]:
    """The newest sweep of the spec, as it was started.

    Raises CommandError if there is none, or if it is another sweep that was asked for.
    """
    from tetris_arcade.cluster.sweep_folder import newest_sweep

    folder = newest_sweep(paths, Path(options.spec).stem)
    if folder is None:
        raise CommandError("there is no sweep of this spec to resume: start one without --resume", MISUSED)
    stored = folder.load_spec()
    if (given.base, given.space, given.plan.score) != (stored.base, stored.space, stored.plan.score):
        raise CommandError(
            f"the spec has changed since {folder.name} was started: start a new sweep without --resume",
            MISUSED,
        )
    plan = _change_plan(stored.plan, options)
    if (
        any(getattr(plan, name) != getattr(stored.plan, name) for name in _FIXED)
        or plan.trials < stored.plan.trials
    ):
        raise CommandError("a resumed sweep can only get more trials", MISUSED)
    folder.save_plan(plan)
    return folder, replace(stored, plan=plan)


# --- The result ---


def _draw(folder: SweepFolder, sweep: Sweep) -> None:
    from tetris_arcade.cluster.plots import draw_curves, draw_parameters
    from tetris_arcade.storage.atomic import write_file_atomic

    title = f"{folder.name}: {sweep.spec.plan.seeds} seeds per trial"
    write_file_atomic(folder.root / "curves.png", draw_curves(sweep.spec, sweep.trials, title))
    write_file_atomic(folder.root / "parameters.png", draw_parameters(sweep.spec, sweep.trials, title))


def _report_best(options: argparse.Namespace, paths: DataPaths, sweep: Sweep) -> Trial:
    """The best trial, after it has been stored and saved; raises CommandError if all failed."""
    from tetris_arcade.cluster.trials import best_trial

    best = best_trial(sweep.trials)
    if best is None:
        raise CommandError(f"every trial failed, the first one because {sweep.trials[0].reason}")
    sweep.folder.write_best(sweep.spec, best)
    if options.save_slot is not None:
        sweep.folder.save_to_slot(paths, options.save_slot, best.number, best.best_seed)
    return best


def _to_json(sweep: Sweep, best: Trial, slot: str | None, workers: int, seconds: float) -> dict[str, Any]:
    return {
        "name": sweep.folder.name,
        "folder": str(sweep.folder.root),
        "trials": [_trial_to_json(sweep.spec, trial) for trial in sweep.trials],
        "best": {**_trial_to_json(sweep.spec, best), "seed": sweep.spec.base.seed + best.best_seed},
        "slot": slot,
        "workers": workers,
        "seconds": round(seconds, 3),
    }


def _trial_to_json(spec: SweepSpec, trial: Trial) -> dict[str, Any]:
    score = trial.score
    return {
        "number": trial.number,
        "config": trial.values,
        "seeds": [spec.base.seed + i for i in range(spec.plan.seeds)],
        "score": None if score is None else score.value,
        "ci95_score": None if score is None else [score.low, score.high],
        "seed_lines": [[result.mean_lines for result in results] for results in trial.results],
        "evaluations": len(trial.scores),
        "status": trial.status,
        "reason": trial.reason,
    }


def _format(sweep: Sweep, best: Trial, slot: str | None) -> str:
    ended = [trial.status for trial in sweep.trials]
    counts = ", ".join(f"{ended.count(status)} {status}" for status in dict.fromkeys(ended))
    lines = [f"{len(ended)} trials ({counts}); the best:", trial_line(best)]
    if slot is not None:
        lines.append(f"saved to the slot {slot}")
    return "\n".join([*lines, str(sweep.folder.root)])


COMMAND = Subcommand("sweep", "search the best training configuration, on many cores", _add_arguments, _run)
