"""Runs a sweep: keeps the cluster busy with the next segments, and decides which trials continue."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from tetris_arcade.cluster.errors import ClusterError
from tetris_arcade.cluster.search import Search
from tetris_arcade.cluster.segment import (
    Segment,
    SegmentFailed,
    SegmentProgress,
    SegmentResult,
    clear_progress,
    read_progress,
    train_segment,
)
from tetris_arcade.cluster.session import Cluster, Node, run_on
from tetris_arcade.cluster.spec import SweepSpec
from tetris_arcade.cluster.sweep_folder import SweepFolder
from tetris_arcade.cluster.task_pool import TaskPool
from tetris_arcade.cluster.tasks import kill_process
from tetris_arcade.cluster.trials import Status, Trial
from tetris_arcade.config.plain_data import DataValidationError

_POLL_SECONDS = 0.5
_MAX_START_SECONDS = 600.0
"""A task that shows no sign of life for so long after it was given to Ray is no longer waited for."""


class Key(NamedTuple):
    """One segment: the trial's number, the seed's index, and the evaluation that ends it, from 1."""

    trial: int
    seed: int
    evaluation: int


@dataclass(frozen=True)
class SweepView:
    """What can be shown of a running sweep. seconds_left: None before the first segment has ended."""

    trials: list[Trial]
    workers: int
    seconds: float
    seconds_left: float | None


class SweepListener(Protocol):
    """Shows a sweep."""

    def update(self, view: SweepView) -> None:
        """Called twice a second."""

    def trial_changed(self, trial: Trial) -> None:
        """A trial has a new score, or has ended."""


class Sweep:
    """One sweep, new or resumed."""

    def __init__(
        self, spec: SweepSpec, folder: SweepFolder, cluster: Cluster, listener: SweepListener
    ) -> None:
        self.spec, self.folder, self.trials = spec, folder, list[Trial]()
        self._cluster, self._listener = cluster, listener
        self._pool: TaskPool[Key] = TaskPool(cluster)
        self._search = Search(spec)
        self._signs = _SignsOfLife(self._pool, folder, spec.plan.stall_seconds)
        self._started = time.monotonic()
        self._ended_segments = 0

    def run(self) -> None:
        """Run all trials to their end.

        Raises ClusterError or StorageError if nothing can be stored any more; what is stored is resumed.
        """
        self._cluster.check_shared(self.folder.plan_file)
        self._restore()
        self._write_files(*self.trials)
        while True:
            self._start_segments()
            if not self._pool.keys:
                return
            for key, result in self._pool.collect(_POLL_SECONDS):
                self._take(key, result)
            self._signs.end_stalled()
            self._listener.update(self._view())

    # --- What is next ---

    def _start_segments(self) -> None:
        while self._pool.free_workers > 0:
            key = self._next_segment()
            if key is None:
                return
            segment = self._segment(key)
            clear_progress(segment.folder)
            self._pool.submit(key, train_segment, segment)

    def _next_segment(self) -> Key | None:
        """The next segment of the oldest trial that has one to start, or the first of a new trial."""
        submitted = self._pool.keys
        for trial in self.trials:
            for key in self._segments_due(trial):
                if key not in submitted:
                    return key
        if len(self.trials) == self.spec.plan.trials:
            return None
        self._add_trial()
        return self._next_segment()

    def _segments_due(self, trial: Trial) -> list[Key]:
        """The segments that lead to the trial's next evaluation; all seeds wait for each other there."""
        if not trial.is_running:
            return []
        passed = trial.passed_by_all
        return [
            Key(trial.number, seed, passed + 1)
            for seed, results in enumerate(trial.results)
            if len(results) == passed
        ]

    def _segment(self, key: Key) -> Segment:
        config = self.spec.config(self.trials[key.trial].values, key.seed, key.evaluation)
        folder = self.folder.training_folder(key.trial, key.seed)
        folder.mkdir(parents=True, exist_ok=True)
        return Segment(folder, config, key.evaluation, self.spec.plan.score)

    def _add_trial(self) -> None:
        trial = Trial(len(self.trials), self._search.suggest(), [[] for _ in range(self.spec.plan.seeds)])
        self.trials.append(trial)
        self.folder.save_trial(trial)
        try:
            self.spec.config(trial.values, 0, 1)
        except DataValidationError as error:  # Each value fits, but not all of them together.
            self._end(trial, "failed", str(error))

    # --- What has come ---

    def _take(self, key: Key, result: Any) -> None:
        trial = self.trials[key.trial]
        self._ended_segments += 1
        trial.shares.pop(key.seed, None)
        if isinstance(result, SegmentFailed) and result.is_storage:
            raise ClusterError(f"trial {trial.number} could not be stored: {result.reason}")
        if not trial.is_running:  # Another seed of it has failed meanwhile.
            return
        if isinstance(result, SegmentResult):
            trial.results[key.seed].append(result)
            if trial.passed_by_all > len(trial.scores):
                self._settle(trial, goes_on=self._score(trial))
        else:
            reason = self._signs.why_ended(key) or result.reason
            self._end(trial, "failed", f"seed {self.spec.base.seed + key.seed}: {reason}", result)

    def _score(self, trial: Trial) -> bool:
        """Score the next evaluation of a trial; returns whether the trial may continue."""
        score = trial.add_score()
        return self._search.report(trial.number, len(trial.scores), score.value)

    def _settle(self, trial: Trial, *, goes_on: bool) -> None:
        if len(trial.scores) == self.spec.plan.evaluations:
            self._end(trial, "done")
        elif not goes_on:
            self._end(trial, "stopped early")
        else:
            self._write_files(trial)
            self._listener.trial_changed(trial)

    def _end(self, trial: Trial, status: Status, reason: str = "", result: object = None) -> None:
        details = result.details if isinstance(result, SegmentFailed) else ""
        trial.status, trial.reason = status, reason
        self._finish_search(trial)
        self.folder.save_trial(trial, details)
        self._write_files(trial)
        self._keep_models(trial)
        self._listener.trial_changed(trial)

    def _finish_search(self, trial: Trial) -> None:
        score = None if trial.status == "failed" or trial.score is None else trial.score.value
        self._search.finish(trial.number, score, stopped_early=trial.status == "stopped early")

    def _keep_models(self, trial: Trial) -> None:
        if trial.status != "failed":
            for seed in range(len(trial.results)):
                self.folder.keep_model(trial.number, seed)

    def _write_files(self, *changed: Trial) -> None:
        for trial in changed:
            self.folder.write_curve(self.spec, trial)
        self.folder.write_results(self.spec, self.trials)

    # --- Resuming ---

    def _restore(self) -> None:
        """Take up the trials that an earlier run of this sweep began, as its files tell."""
        undecided = []
        for trial in self.folder.load_trials(self.spec.plan):
            self.trials.append(trial)
            self._search.suggest(trial.values)
            goes_on = True
            for _ in range(trial.passed_by_all):
                goes_on = self._score(trial)
            if not trial.is_running:
                self._finish_search(trial)
                self._keep_models(trial)
            elif trial.scores:
                undecided.append((trial, goes_on))
        for trial, goes_on in undecided:
            self._settle(trial, goes_on=goes_on)

    # --- What is shown ---

    def _view(self) -> SweepView:
        for key in self._pool.keys:
            progress = self._signs.progress(key)
            self.trials[key.trial].shares[key.seed] = 0.0 if progress is None else progress.share
        seconds = time.monotonic() - self._started
        left = self._segments_left()
        is_known = self._ended_segments > 0
        return SweepView(
            trials=self.trials,
            workers=self._cluster.workers,
            seconds=seconds,
            seconds_left=seconds / self._ended_segments * left if is_known else None,
        )

    def _segments_left(self) -> int:
        """How many segments are still to be trained if no trial is stopped early."""
        plan = self.spec.plan
        per_trial = plan.seeds * plan.evaluations
        new = (plan.trials - len(self.trials)) * per_trial
        return new + sum(
            per_trial - sum(map(len, trial.results)) for trial in self.trials if trial.is_running
        )


class _SignsOfLife:
    """Watches the progress of the segments, and ends those that show none."""

    def __init__(self, pool: TaskPool[Key], folder: SweepFolder, stall_seconds: float) -> None:
        self._pool, self._folder, self._stall_seconds = pool, folder, stall_seconds
        self._seen: dict[Key, tuple[object, float]] = {}
        self._ended: dict[Key, str] = {}

    def progress(self, key: Key) -> SegmentProgress | None:
        """The newest sign of life of a segment."""
        return read_progress(self._folder.training_folder(key.trial, key.seed))

    def why_ended(self, key: Key) -> str | None:
        """Why a segment was ended from here; None if it was not."""
        return self._ended.get(key)

    def end_stalled(self) -> None:
        """Kill the processes that made no progress for too long; their tasks then end without a result."""
        now = time.monotonic()
        for key in self._pool.keys:
            progress = self.progress(key)
            sign = self._pool.attempt(key), progress
            if key not in self._seen or self._seen[key][0] != sign:
                self._seen[key] = sign, now
            limit = _MAX_START_SECONDS if progress is None else self._stall_seconds
            if now - self._seen[key][1] > limit and key not in self._ended:
                self._ended[key] = f"it made no progress for {limit:g} seconds and was ended"
                self._pool.give_up(key)
                if progress is not None:
                    run_on(Node(progress.node, progress.node), kill_process, progress.pid)
