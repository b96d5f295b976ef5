"""One task of a sweep: a training until its next held-out test, and that test."""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.cluster.spec import HeldOutTest
from tetris_arcade.cluster.tasks import enter_worker
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.process.malloc import tune_malloc_for_trainer
from tetris_arcade.storage.atomic import path_exists, read_file, write_file_atomic
from tetris_arcade.storage.checkpoints import recover_checkpoint
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.errors import DamagedError, StorageError, describe_os_error
from tetris_arcade.storage.strict_json import dump_json, parse_json
from tetris_arcade.training.evaluation import play_games
from tetris_arcade.training.players import NetworkPlayer
from tetris_arcade.training.run_listener import RunListener, RunProgress, StepSnapshot

if TYPE_CHECKING:
    from tetris_arcade.training.trainer import Trainer

_MAX_RESULT_BYTES = 2**20
_PROGRESS_SECONDS = 1.0
_LOCK_SECONDS = 60.0
"""A process whose sweep was killed has gone by then."""


@dataclass(frozen=True)
class Segment:
    """The part of a training until one of its evaluations. folder: the training's own data folder."""

    folder: Path
    config: TrainConfig
    evaluation: int
    test: HeldOutTest


@dataclass(frozen=True)
class SegmentResult:
    """Where the training stands after an evaluation, and the lines of every game of it.

    timesteps, seconds: since the training began. test_seconds: what the evaluation took.
    """

    timesteps: int
    seconds: float
    lines: tuple[int, ...]
    test_seconds: float = 0.0

    @property
    def mean_lines(self) -> float:
        return float(np.mean(self.lines))


@dataclass(frozen=True)
class SegmentFailed:
    """Why a training cannot continue. is_storage: it is the disk's fault, and all others would fail, too."""

    reason: str
    details: str = ""
    is_storage: bool = False


@dataclass(frozen=True)
class SegmentProgress:
    """A sign of life. share: of the segment, 0..1. pid, node: the process that trains, and Ray's name for its
    machine."""

    share: float
    pid: int
    node: str
    beat: int = 0


def train_segment(segment: Segment) -> SegmentResult | SegmentFailed:
    """Train on from the newest checkpoint, test the model, and store the result in the training's folder.

    Nothing is done twice: if the result is there, it is returned.
    """
    enter_worker()
    try:
        with _exclusive(DataPaths(segment.folder)) as paths:
            result = read_result(segment.folder, segment.evaluation)
            return _train_and_test(segment, paths) if result is None else result
    except MemoryError:
        return SegmentFailed("it ran out of memory", traceback.format_exc())
    except (StorageError, OSError) as error:
        reason = describe_os_error(error) if isinstance(error, OSError) else str(error)
        return SegmentFailed(reason, traceback.format_exc(), is_storage=True)
    except Exception as error:  # The outermost function of this process: the sweep tells why.
        reason = " ".join(str(error).split()) or type(error).__name__
        return SegmentFailed(reason, traceback.format_exc())


def result_file(folder: Path, evaluation: int) -> Path:
    """Where the result of an evaluation is stored."""
    return folder / f"evaluation-{evaluation:03}.json"


def read_result(folder: Path, evaluation: int) -> SegmentResult | None:
    """The stored result of an evaluation; None if there is none, or if it is damaged."""
    file = result_file(folder, evaluation)
    if not path_exists(file):
        return None
    try:
        return from_plain(SegmentResult, parse_json(read_file(file, _MAX_RESULT_BYTES), file.name))
    except (DamagedError, DataValidationError):
        return None


def read_progress(folder: Path) -> SegmentProgress | None:
    """The newest sign of life of a training; None if there is none."""
    try:
        return from_plain(SegmentProgress, parse_json(read_file(_progress_file(folder), 4_096), "progress"))
    except (StorageError, DataValidationError):
        return None


def clear_progress(folder: Path) -> None:
    """Forget the sign of life of an earlier process."""
    _progress_file(folder).unlink(missing_ok=True)


def _progress_file(folder: Path) -> Path:
    return folder / "progress.json"


@contextlib.contextmanager
def _exclusive(paths: DataPaths) -> Iterator[DataPaths]:
    """Hold the lock of a training's folder: a process of a sweep that was killed may still be ending."""
    deadline = time.monotonic() + _LOCK_SECONDS
    with DataLock(paths) as lock:
        while not lock.acquire():
            if not lock.is_taken:
                raise StorageError(lock.why_not or "its folder cannot be locked")
            if time.monotonic() > deadline:
                raise StorageError("another process still trains it")
            time.sleep(0.2)
        yield paths


def _train_and_test(segment: Segment, paths: DataPaths) -> SegmentResult:
    import torch

    torch.set_num_threads(1)
    tune_malloc_for_trainer()
    progress = _ProgressFile(segment.folder)
    trainer = _train(segment, paths, progress)
    tested_at = time.perf_counter()
    lines = _play_test(trainer, segment, progress)
    result = SegmentResult(
        timesteps=trainer.progress.timesteps,
        seconds=trainer.progress.seconds,
        lines=tuple(lines.tolist()),
        test_seconds=time.perf_counter() - tested_at,
    )
    write_file_atomic(result_file(segment.folder, segment.evaluation), dump_json(to_plain(result)))
    return result


def _train(segment: Segment, paths: DataPaths, progress: _ProgressFile) -> Trainer:
    from tetris_arcade.cluster.segment_trainer import SegmentTrainer  # imports torch

    has_started = recover_checkpoint(paths.latest).checkpoint is not None
    listener = _SegmentListener(segment.config, progress)
    trainer = SegmentTrainer(segment.config, paths, listener, resume=has_started)
    trainer.run()
    if listener.unsaved is not None:
        raise StorageError(listener.unsaved)
    return trainer


def _play_test(trainer: Trainer, segment: Segment, progress: _ProgressFile) -> NDArray[np.int64]:
    """The lines of the games of the held-out test."""
    from tetris_arcade.training.factory import playing_network

    player = NetworkPlayer("trial", playing_network(trainer.model, trainer.config))
    test = segment.test
    return play_games(player, test.conditions, test.seed, progress=lambda _: progress.write(1.0)).lines


@dataclass
class _ProgressFile:
    """Writes signs of life beside the training, where the sweep reads them."""

    folder: Path
    _beat: int = field(default=0, init=False)
    _next_time: float = field(default=0.0, init=False)

    def write(self, share: float) -> None:
        """Tell that the training is alive, once a second at most."""
        now = time.monotonic()
        if now < self._next_time:
            return
        self._next_time, self._beat = now + _PROGRESS_SECONDS, self._beat + 1
        file = _progress_file(self.folder)
        content: Any = to_plain(SegmentProgress(share, os.getpid(), _node_id(), self._beat))
        with contextlib.suppress(OSError):  # On a full disk, the next save tells.
            new = file.with_suffix(".new")
            new.write_bytes(dump_json(content))
            os.replace(new, file)


def _node_id() -> str:
    import ray

    return str(ray.get_runtime_context().get_node_id())


class _SegmentListener(RunListener):
    """Passes on the progress of the trainer. unsaved: why its checkpoint could not be saved last time."""

    def __init__(self, config: TrainConfig, progress: _ProgressFile) -> None:
        self._config, self._progress = config, progress
        self.unsaved: str | None = None

    def stage(self, name: str, fraction: float) -> None:
        self._progress.write(0.0)

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        config = self._config
        if config.total_timesteps is not None:
            self._progress.write(progress.timesteps / config.total_timesteps)
        elif config.max_seconds is not None:
            self._progress.write(progress.seconds / config.max_seconds)

    def saved(self, kind: str, folder: Path) -> None:
        self.unsaved = None

    def save_failed(self, kind: str, reason: str) -> None:
        self.unsaved = reason
