"""A training run from start to end: builds or resumes a learner, lets stable-baselines3 learn, and saves
what it learnt."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from stable_baselines3.common.callbacks import BaseCallback, CallbackList

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig, resumed_config
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.storage.checkpoints import (
    Checkpoint,
    Kind,
    archive_latest,
    load_checkpoint,
    recover_checkpoint,
    save_checkpoint,
)
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.model_archive import parse_model
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.training.best_game_callback import BestGameCallback
from tetris_arcade.training.callbacks import (
    ControlCallback,
    EveryNSecondsCallback,
    LogEveryNTimestepsCallback,
    ProgressCallback,
    StepViewCallback,
    StopOnGoalCallback,
    StopOnLimitCallback,
    StopTrainingSignal,
)
from tetris_arcade.training.checkpoint_state import (
    MEMORY,
    MODEL,
    REPLAY,
    STATE,
    capture_state,
    playing_model_zip,
    restore_state,
    to_npz,
    training_model_zip,
)
from tetris_arcade.training.checkpoint_writer import CheckpointWriter
from tetris_arcade.training.dqn import PlacementDQN, TrainingDivergedError
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.metric_logs import open_curves
from tetris_arcade.training.players import NetworkPlayer
from tetris_arcade.training.run_listener import RunListener, RunProgress
from tetris_arcade.training.run_metadata import RunHistory

logger = logging.getLogger(__name__)

_MAX_STATE_BYTES = 64 * 2**20
_MAX_REPLAY_BYTES = 512 * 2**20
_MAX_MEMORY_BYTES = 4 * 2**20
_ENDLESS = 10**15
_NAP_SECONDS = 0.01


@dataclass(frozen=True)
class TrainResult:
    """How a run ended."""

    timesteps: int
    episodes: int
    seconds: float
    best_lines: int
    mean_lines_last_100: float
    timesteps_per_second: float
    checkpoint: Path
    reason: str
    """"limit", "goal" or "stopped"."""


class Trainer:
    """One run. `run()` returns when its limit or goal is reached or the listener says stop; `latest` is
    then on disk."""

    def __init__(
        self,
        config: TrainConfig,
        paths: DataPaths,
        listener: RunListener | None = None,
        resume: bool = False,
        log_formats: Sequence[str] = (),
    ) -> None:
        self.config = config
        self.paths = paths
        self.listener = listener or RunListener()
        self.resume = resume
        self.log_formats = tuple(log_formats)
        self.counters = RunProgress()
        self.record = RunHistory()
        self.model: PlacementDQN
        self._best_game: BestGameCallback
        self._writer = CheckpointWriter()
        self._evaluator = ThreadPoolExecutor(1, thread_name_prefix="held-out evaluation")
        self._pending_evaluation: Future[tuple[Evaluation, bytes, int]] | None = None
        self._is_ending = False

    # --- The run ---

    def run(self) -> TrainResult:
        """Train to the end; raises IncompatibleCheckpointError, StorageError where there is nothing sound
        to resume, TrainingDivergedError."""
        self._build()
        progress = ProgressCallback(self.counters, self.listener)
        self._best_game = BestGameCallback(self.counters, self.paths)
        limit = StopOnLimitCallback(self.counters, self.config.total_timesteps, self.config.max_seconds)
        goal = StopOnGoalCallback(self.counters, self.config.goal_lines)
        callbacks: list[BaseCallback] = [
            progress,
            limit,
            goal,
            EveryNSecondsCallback(self.config.checkpoint_seconds, lambda: self.save("latest")),
            EveryNSecondsCallback(self.config.best_eval_seconds, self._start_evaluation),
            EveryNSecondsCallback(0.1, self.collect),
            LogEveryNTimestepsCallback(),
            self._best_game,
            ControlCallback(self.listener, progress),
            StepViewCallback(self.counters, self.listener),
        ]
        self.listener.stage("training", 1.0)
        started, timesteps_before = self.counters.seconds, self.counters.timesteps
        try:
            self.model.learn(
                _ENDLESS, CallbackList(callbacks), log_interval=_ENDLESS, reset_num_timesteps=False
            )
        except StopTrainingSignal:
            pass
        except TrainingDivergedError:
            self.close()
            raise
        reason = "goal" if goal.was_reached else "limit" if limit.was_reached else "stopped"
        self._finish(reason)
        seconds = self.counters.seconds - started
        return TrainResult(
            timesteps=self.counters.timesteps,
            episodes=self.counters.episodes,
            seconds=self.counters.seconds,
            best_lines=self.counters.best_game_lines,
            mean_lines_last_100=self.counters.mean_lines_last_100,
            timesteps_per_second=(self.counters.timesteps - timesteps_before) / max(seconds, 1e-9),
            checkpoint=self.paths.latest,
            reason=reason,
        )

    def _build(self) -> None:
        self.listener.stage("compiling", 0.1)
        warm_up(lambda name, share: self.listener.stage(name, 0.1 + 0.7 * share))
        self.listener.stage("building", 0.8)
        checkpoint = self._find_latest() if self.resume else None
        if checkpoint is None:
            archive_latest(self.paths)
            self.model = build_learner(self.config)
        else:
            self.config = resumed_config(TrainConfig.from_dict(checkpoint.metadata.training), self.config)
            self.model = build_learner(self.config)
        self._log(None if checkpoint is None else checkpoint.metadata.timesteps)
        self.model.prepare()
        if checkpoint is not None:
            self.listener.stage("loading", 0.9)
            self._restore(checkpoint)
            self.model.begin()

    def _find_latest(self) -> Checkpoint:
        found = recover_checkpoint(self.paths.latest)
        if found.message is not None:
            self.listener.warned(found.message)
        return found.checkpoint or load_checkpoint(self.paths.latest)

    def _restore(self, checkpoint: Checkpoint) -> None:
        policy = parse_model(checkpoint.read(MODEL), f"{MODEL} of {checkpoint.folder.name}").policy
        state = read_npz(checkpoint.read(STATE), _MAX_STATE_BYTES)
        replay = read_npz(checkpoint.read(REPLAY), _MAX_REPLAY_BYTES)
        try:
            self.counters = restore_state(self.model, policy, state, replay)
        except (ValueError, KeyError) as error:
            raise IncompatibleCheckpointError(
                f"{checkpoint.folder.name} cannot be resumed: {error}"
            ) from error
        self.record = RunHistory.from_metadata(checkpoint.metadata)
        self._restore_listener(checkpoint)

    def _restore_listener(self, checkpoint: Checkpoint) -> None:
        """Give the listener what it had saved with the run; without it the run goes on as well."""
        if MEMORY not in checkpoint.metadata.files:
            return
        try:
            self.listener.load_state(read_npz(checkpoint.read(MEMORY), _MAX_MEMORY_BYTES))
        except StorageError as error:
            self.listener.warned(f"The graphs of the run are lost: {error}.")

    def _log(self, resumed_at: int | None) -> None:
        if self.log_formats:
            self.model.set_logger(open_curves(self.paths.logs / "training", self.log_formats, resumed_at))

    # --- Saving ---

    def save(self, kind: Kind) -> None:
        """Copy the run's whole state and write it as "latest" or "final", in the background."""
        if self._writer.is_busy:
            return
        assert self.model.replay_buffer is not None
        model, state = training_model_zip(self.model), capture_state(self.model, self.counters)
        replay, metadata = self.model.replay_buffer.save_state(), self._metadata(kind)
        save_state, best_game = self.listener.save_state(), self._best_game.take_unsaved()

        def write() -> Path:
            files = {MODEL: model, STATE: to_npz(state), REPLAY: to_npz(replay)}
            if save_state:
                files[MEMORY] = to_npz(save_state)
            folder = save_checkpoint(self.paths, kind, files, metadata)
            self._best_game.save(best_game)
            return folder

        self._writer.write(kind, write)

    def save_to_slot(self, name: str) -> None:
        """Write the model, as it is now, to a slot, in the background."""
        model, metadata = playing_model_zip(self.model), self._metadata(name)
        self._writer.write(name, lambda: save_slot_bytes(self.paths, name, model, metadata))

    def _metadata(self, name: str, evaluation: Evaluation | None = None) -> Metadata:
        return self.record.metadata(name, self.config, self.counters, evaluation)

    def _finish(self, reason: str) -> None:
        self._is_ending = reason == "stopped"
        self._await_evaluation()
        self._writer.wait()
        self.save("latest")
        if reason != "stopped":
            self._writer.wait()
            self.save("final")
        self.close()

    def close(self) -> None:
        """Wait for what is being written, and tell of it; what is being measured is given up."""
        self._is_ending = True
        self._writer.wait()
        self._evaluator.shutdown()
        self.collect()

    def collect(self) -> None:
        """Tell the listener what became of saves and of the last evaluation."""
        for written in self._writer.collect():
            if written.folder is None:
                self.listener.save_failed(written.kind, written.reason)
            else:
                self.listener.saved(written.kind, written.folder)
        self._collect_evaluation(wait=False)

    # --- The best model ---

    def _start_evaluation(self) -> None:
        """Measure the model as it is now on held-out pieces, beside the training."""
        if self._pending_evaluation is None:
            player = NetworkPlayer("best", playing_network(self.model, self.config))
            self._pending_evaluation = self._evaluator.submit(
                self._measure, player, playing_model_zip(self.model), self.counters.timesteps
            )

    def _measure(self, player: NetworkPlayer, model: bytes, timesteps: int) -> tuple[Evaluation, bytes, int]:
        config = self.config
        result = evaluate(
            player,
            games=config.best_eval_games,
            max_pieces=config.best_eval_max_pieces,
            pieces=config.env.pieces,
            height=config.env.height,
            seed=_HELD_OUT_SEED,
            progress=self._check_wanted,
        )
        return result, model, timesteps

    def _check_wanted(self, _share: float) -> None:
        if self._is_ending:
            raise StopTrainingSignal

    def _await_evaluation(self) -> None:
        """Wait for what is being measured until somebody says stop: who does waits for a save, not for
        hundreds of games."""
        while (
            self._pending_evaluation is not None
            and not self._pending_evaluation.done()
            and not self._is_ending
        ):
            self._is_ending = not self.listener.before_step()
            time.sleep(_NAP_SECONDS)
        self._collect_evaluation(wait=True)

    def _collect_evaluation(self, wait: bool) -> None:
        if self._pending_evaluation is None or not (wait or self._pending_evaluation.done()):
            return
        judging, self._pending_evaluation = self._pending_evaluation, None
        try:
            result, model, timesteps = judging.result()
        except StopTrainingSignal:
            return
        self.record.add_point(timesteps, result.mean_lines)
        self.listener.evaluated(result.mean_lines, timesteps)
        figure = result.mean_lines if self.config.env.reward == "lines" else result.mean_score
        assert figure is not None
        if figure > self.counters.best_eval_figure:
            self.counters.best_eval_figure, self.counters.best_eval_lines = figure, result.mean_lines
            metadata = replace(self._metadata("best", result), timesteps=timesteps)
            self._writer.write("best", lambda: save_checkpoint(self.paths, "best", {MODEL: model}, metadata))
            self.listener.new_best(result.mean_lines, timesteps)


_HELD_OUT_SEED = 4_242
"""Of the piece sequences that choose the best model: neither training nor a later evaluation sees them."""
