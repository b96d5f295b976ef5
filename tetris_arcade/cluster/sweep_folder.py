"""The files of a sweep, `logs/sweeps/NAME/`: what it is resumed from, and what it found.

spec.toml, sweep.json            the spec as it was given, and the plan with the command line's changes
trials/007/trial.json            the values of a trial's parameters, written before it is trained; its end
trials/007/seed-0/               the data folder of one training: its checkpoint, later only the model
results.csv, curves/trial-007.csv, curves.png, parameters.png, best.toml
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from tetris_arcade.cluster.segment import SegmentResult, read_result
from tetris_arcade.cluster.spec import SweepPlan, SweepSpec, parse_spec
from tetris_arcade.cluster.trials import Status, Trial
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.storage.atomic import (
    folder_names,
    free_name,
    path_exists,
    read_file,
    remove_folder,
    write_file_atomic,
)
from tetris_arcade.storage.checkpoints import Checkpoint, load_checkpoint, write_model_folder
from tetris_arcade.storage.errors import DamagedError, UnknownModelError
from tetris_arcade.storage.slots import read_model_files, save_slot_files
from tetris_arcade.storage.strict_json import dump_json, parse_json
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES
from tetris_arcade.storage.versions import refuse_newer

_MAX_RECORD_BYTES = 64 * 1024
_SPEC, _PLAN, _TRIAL = "spec.toml", "sweep.json", "trial.json"
_VERSION = 1
"""A later version would write its number as `version`; this one writes none."""
_Record = TypeVar("_Record")


@dataclass(frozen=True)
class TrialRecord:
    """What trial.json holds."""

    values: dict[str, Any] = field(default_factory=dict)
    status: Status = "running"
    reason: str = ""


class SweepFolder:
    """The folder of one sweep."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def name(self) -> str:
        return self.root.name

    @property
    def lock_file(self) -> Path:
        """Locked by the one program that runs the sweep."""
        return self.root / "sweep.lock"

    @property
    def plan_file(self) -> Path:
        return self.root / _PLAN

    def load_spec(self) -> SweepSpec:
        """The spec, with the plan that the sweep was started with."""
        plan = _read_record(SweepPlan, self.plan_file)
        return replace(parse_spec(read_file(self.root / _SPEC, MAX_TOML_BYTES)), plan=plan)

    def save_plan(self, plan: SweepPlan) -> None:
        """Store the plan, which a resumed sweep may have extended."""
        write_file_atomic(self.plan_file, dump_json(to_plain(plan)))

    # --- Trials ---

    def training_folder(self, trial: int, seed: int) -> Path:
        """The data folder of one training."""
        return self._trial_folder(trial) / f"seed-{seed}"

    def _trial_folder(self, trial: int) -> Path:
        return self.root / "trials" / f"{trial:03}"

    def save_trial(self, trial: Trial, details: str = "") -> None:
        """Store a trial's values and how it ended. details: the traceback of what it raised."""
        folder = self._trial_folder(trial.number)
        folder.mkdir(parents=True, exist_ok=True)
        if details:
            write_file_atomic(folder / "error.txt", details.encode())
        record = TrialRecord(trial.values, trial.status, trial.reason)
        write_file_atomic(folder / _TRIAL, dump_json(to_plain(record)))

    def load_trials(self, plan: SweepPlan) -> list[Trial]:
        """The trials that have started, with the results that they have, in the order of their numbers.

        Raises StorageError if a file cannot be read or is damaged.
        """
        trials: list[Trial] = []
        for number in range(plan.trials):
            file = self._trial_folder(number) / _TRIAL
            if not path_exists(file):
                break
            record = _read_record(TrialRecord, file)
            results = [self._load_results(number, seed, plan) for seed in range(plan.seeds)]
            trials.append(Trial(number, record.values, results, record.status, record.reason))
        return trials

    def _load_results(self, trial: int, seed: int, plan: SweepPlan) -> list[SegmentResult]:
        folder, results = self.training_folder(trial, seed), []
        for evaluation in range(1, plan.evaluations + 1):
            result = read_result(folder, evaluation)
            if result is None:
                break
            results.append(result)
        return results

    # --- Models ---

    def keep_model(self, trial: int, seed: int) -> None:
        """Of a training that has ended, keep the model only: its checkpoint is a hundred times as large."""
        folder = self.training_folder(trial, seed)
        try:
            checkpoint = load_checkpoint(DataPaths(folder).latest)
        except UnknownModelError:
            return
        checkpoint, files = read_model_files(checkpoint)
        write_model_folder(folder / "model", files, checkpoint.metadata)
        remove_folder(DataPaths(folder).checkpoints)

    def save_to_slot(self, paths: DataPaths, slot: str, trial: int, seed: int) -> None:
        """Save the model of a training that has ended to a slot; its metadata names the sweep."""
        model: Checkpoint = load_checkpoint(self.training_folder(trial, seed) / "model")
        metadata = replace(model.metadata, sweep=self.name)
        save_slot_files(paths, slot, read_model_files(model)[1], metadata)

    # --- What was found ---

    def write_results(self, spec: SweepSpec, trials: Sequence[Trial]) -> None:
        """Write results.csv, one row per trial."""
        names = [parameter.name for parameter in spec.space]
        header = ["trial", "status", "score", "low", "high", *names]
        header += [f"seed_{spec.base.seed + i}" for i in range(spec.plan.seeds)] + ["evaluations", "reason"]
        rows = [[trial.number, trial.status, *_score_cells(trial), *_value_cells(trial, names),
                 *_seed_cells(trial), len(trial.scores), trial.reason] for trial in trials]  # fmt: skip
        self._write_table("results.csv", header, rows)

    def write_curve(self, spec: SweepSpec, trial: Trial) -> None:
        """Write a trial's learning curve: one row per evaluation that all of its seeds have passed."""
        seeds = [f"seed_{spec.base.seed + i}" for i in range(spec.plan.seeds)]
        header = ["evaluation", "timesteps", "seconds", "score", "low", "high", *seeds]
        rows = []
        for k, score in enumerate(trial.scores):
            results = [seed_results[k] for seed_results in trial.results]
            slowest = min(results, key=lambda result: result.timesteps)
            rows.append(
                [k + 1, slowest.timesteps, f"{slowest.seconds:.1f}", score.value, score.low, score.high]
                + [result.mean_lines for result in results]
            )
        self._write_table(f"curves/trial-{trial.number:03}.csv", header, rows)

    def write_best(self, spec: SweepSpec, trial: Trial) -> None:
        """Write best.toml, the best trial's configuration, for `train --config`."""
        config = spec.config(trial.values, trial.best_seed, spec.plan.evaluations)
        config = replace(
            config, total_timesteps=None, max_seconds=None, best_eval_seconds=spec.base.best_eval_seconds
        )
        write_file_atomic(self.root / "best.toml", tomli_w.dumps(config.to_dict()).encode())

    def _write_table(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        content = io.StringIO()
        csv.writer(content, lineterminator="\n").writerows([header, *rows])
        write_file_atomic(self.root / name, content.getvalue().encode())


def _read_record(kind: type[_Record], file: Path) -> _Record:
    """Read a stored dataclass.

    Raises StorageError if the file cannot be read, is damaged or was saved by a newer version.
    """
    data, what = parse_json(read_file(file, _MAX_RECORD_BYTES), file.name), f"{file.name} of the sweep"
    refuse_newer(data, kind, _VERSION, "version", what)
    try:
        return from_plain(kind, data)
    except DataValidationError as error:
        raise DamagedError(f"{what} is damaged: {error}") from error


def create_sweep(paths: DataPaths, spec_name: str, content: bytes, plan: SweepPlan) -> SweepFolder:
    """Make the folder of a new sweep, named by its spec and the time.

    Its name comes after those of all earlier sweeps of the spec, even if the clock was set back since.
    """
    parent, slug = _sweeps(paths), _slug(spec_name)
    parent.mkdir(parents=True, exist_ok=True)
    stamps = [stamp for stamp, _ in _names(paths, spec_name)]
    root = free_name(parent / f"{slug}-{max([time.strftime('%Y%m%d-%H%M%S'), *stamps])}")
    root.mkdir()
    folder = SweepFolder(root)
    write_file_atomic(root / _SPEC, content)
    folder.save_plan(plan)
    return folder


def newest_sweep(paths: DataPaths, spec_name: str) -> SweepFolder | None:
    """The newest sweep of a spec of that name; None if there is none."""
    folders = _names(paths, spec_name)
    complete = [turn for turn, name in folders.items() if (_sweeps(paths) / name / _PLAN).is_file()]
    return SweepFolder(_sweeps(paths) / folders[max(complete)]) if complete else None


def _names(paths: DataPaths, spec_name: str) -> dict[tuple[str, int], str]:
    """The names of the folders of a spec's sweeps, by their time and their number within its second."""
    pattern = re.compile(rf"{re.escape(_slug(spec_name))}-([0-9]{{8}}-[0-9]{{6}})(?:-([0-9]+))?")
    found = (pattern.fullmatch(name) for name in folder_names(_sweeps(paths)))
    return {(match[1], int(match[2] or 0)): match[0] for match in found if match}


def _sweeps(paths: DataPaths) -> Path:
    return paths.logs / "sweeps"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "sweep"


def _score_cells(trial: Trial) -> list[Any]:
    score = trial.score
    return ["", "", ""] if score is None else list(asdict(score).values())


def _value_cells(trial: Trial, names: Sequence[str]) -> list[Any]:
    return [trial.values[name] for name in names]


def _seed_cells(trial: Trial) -> list[Any]:
    """The lines per game of each seed in its newest evaluation."""
    return [results[-1].mean_lines if results else "" for results in trial.results]
