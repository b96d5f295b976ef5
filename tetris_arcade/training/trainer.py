"""A training run from start to end: builds or restores a learner, lets it learn, and saves checkpoints."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from stable_baselines3.common.callbacks import BaseCallback, CallbackList

from tetris_arcade.config.changes import Change, Note
from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import (
    IncompatibleCheckpointError,
    TrainConfig,
    check_resumable,
    config_from_model,
    with_changes_of,
)
from tetris_arcade.engine.compile_kernels import TRAINING, warm_up
from tetris_arcade.engine.network import Network
from tetris_arcade.storage.ages import AGES_NAME, NetworkAge, encode_ages, load_ages
from tetris_arcade.storage.checkpoint_names import Kind
from tetris_arcade.storage.checkpoints import (
    MODEL_NAME,
    TRAINER_STATE_NAME,
    Checkpoint,
    load_checkpoint,
    recover_checkpoint,
    save_checkpoint,
)
from tetris_arcade.storage.errors import DamagedError, NewerVersionError, StorageError, UnreadableError
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.model_archive import parse_model
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.storage.runs import set_aside_run, take_up_run
from tetris_arcade.storage.slots import load_model, resolve_slot, save_slot_files
from tetris_arcade.training.age_callback import AgeCallback
from tetris_arcade.training.best_game_callback import BestGameCallback
from tetris_arcade.training.callbacks import (
    ChangesCallback,
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
    LISTENER_STATE_NAME,
    REPLAY_BUFFER_NAME,
    capture_state,
    load_policy,
    playing_model_zip,
    restore_state,
    to_npz,
)
from tetris_arcade.training.checkpoint_writer import CheckpointWriter
from tetris_arcade.training.dqn import PlacementDQN, TrainingDivergedError
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.held_out_evaluator import HeldOutEvaluator, HeldOutResult
from tetris_arcade.training.kernel_compiler import KernelCompiler
from tetris_arcade.training.metric_logs import open_metric_logs
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.training.run_listener import TESTS_SERIES, RunListener, RunProgress
from tetris_arcade.training.run_metadata import RunHistory

_MAX_TRAINER_STATE_BYTES = 64 * 2**20
_MAX_REPLAY_BUFFER_BYTES = 512 * 2**20
_MAX_LISTENER_STATE_BYTES = 4 * 2**20
_ENDLESS = 10**15
_COLLECT_SECONDS = 0.1
_POLL_SECONDS = 0.01
_LAST_TEST_SECONDS = 1.0
"""A run that is stopped by hand waits no longer than this for the test of its last model."""

StopReason = Literal["limit", "goal", "stopped"]


@dataclass(frozen=True)
class TrainResult:
    """How a run ended. `timesteps_per_second` is measured over this run, without the runs that it resumes."""

    timesteps: int
    episodes: int
    seconds: float
    best_lines: int
    mean_lines_last_100: float
    timesteps_per_second: float
    checkpoint: Path
    reason: StopReason


class Trainer:
    """One training run.

    resume: continue the current run, or the one that was set aside as number `kept_run`; otherwise a new run
    starts, and the current one is set aside. start_from: the name of the model with whose network a new run
    starts.

    `run()` returns when the limit or the goal is reached, or when the listener asks to stop; the checkpoint
    `latest` is then on disk. All methods are called from one thread.
    """

    def __init__(
        self,
        config: TrainConfig,
        paths: DataPaths,
        listener: RunListener | None = None,
        resume: bool = False,
        log_formats: Sequence[str] = (),
        *,
        kept_run: int | None = None,
        start_from: str | None = None,
    ) -> None:
        self.config = config
        self.paths = paths
        self.listener = listener or RunListener()
        self.resume = resume
        self.log_formats = tuple(log_formats)
        self.kept_run = kept_run
        self.start_from = start_from
        self.progress = RunProgress()
        self.history = RunHistory()
        self.model: PlacementDQN
        self._best_game: BestGameCallback
        self._ages: AgeCallback
        self._evaluator: HeldOutEvaluator
        self._compiler: KernelCompiler
        self._goal = StopOnGoalCallback(config.goal_lines)
        self._last_test: HeldOutResult | None = None
        self._writer = CheckpointWriter()

    # --- The run ---

    def run(self) -> TrainResult:
        """Train until the run ends.

        Raises IncompatibleCheckpointError or StorageError if the checkpoint to resume cannot be used, and
        TrainingDivergedError.
        """
        self._build()
        self.listener.stage("training", 1.0)
        timesteps_before, seconds_before = self.progress.timesteps, self.progress.seconds
        try:
            reason = self._learn()
        except TrainingDivergedError:
            self.close()
            raise
        self._finish(reason)
        progress = self.progress
        seconds = max(progress.seconds - seconds_before, 1e-9)
        return TrainResult(
            timesteps=progress.timesteps,
            episodes=progress.episodes,
            seconds=progress.seconds,
            best_lines=progress.best_game_lines,
            mean_lines_last_100=progress.mean_lines_last_100,
            timesteps_per_second=(progress.timesteps - timesteps_before) / seconds,
            checkpoint=self.paths.latest,
            reason=reason,
        )

    def _learn(self) -> StopReason:
        config, progress = self.config, self.progress
        counting = ProgressCallback(progress, self.listener)
        limit = StopOnLimitCallback(progress, config.total_timesteps, config.max_seconds)
        callbacks: list[BaseCallback] = [
            counting,
            self._ages,
            limit,
            self._goal,
            EveryNSecondsCallback(config.checkpoint_seconds, lambda: self.save("latest")),
            EveryNSecondsCallback(config.best_eval_seconds, self._start_evaluation),
            EveryNSecondsCallback(_COLLECT_SECONDS, self.collect),
            LogEveryNTimestepsCallback(),
            self._best_game,
            ControlCallback(self.listener, counting),
            ChangesCallback(lambda: self.config),
            StepViewCallback(progress, self.listener),
        ]
        with contextlib.suppress(StopTrainingSignal):
            self.model.learn(
                _ENDLESS, CallbackList(callbacks), log_interval=_ENDLESS, reset_num_timesteps=False
            )
        return "goal" if self._goal.was_reached else "limit" if limit.was_reached else "stopped"

    def _finish(self, reason: StopReason) -> None:
        """Save the run, then test its last model, and save the result with it."""
        self._writer.wait()
        self.save("latest")
        self._test_last_model(math.inf if reason != "stopped" else time.monotonic() + _LAST_TEST_SECONDS)
        self._evaluator.cancel()
        self._writer.wait()
        if self._last_result() is not None:
            self.save("latest")
            self._writer.wait()
        if reason != "stopped":
            self.save("final")
        self.close()

    def close(self) -> None:
        """Cancel a running evaluation, wait for a running save, and report its outcome to the listener."""
        self._compiler.close()
        self._evaluator.cancel()
        self._writer.wait()
        self.collect()

    def collect(self) -> None:
        """Report to the listener the saves and the evaluation that ended since the last call."""
        for outcome in self._writer.collect():
            if outcome.folder is None:
                self.listener.save_failed(outcome.kind, outcome.reason)
            else:
                self.listener.saved(outcome.kind, outcome.folder)
        self._collect_evaluation()

    # --- Building and resuming ---

    def _build(self) -> None:
        self.listener.stage("compiling", 0.1)
        warm_up(lambda name, fraction: self.listener.stage(name, 0.1 + 0.3 * fraction), TRAINING)
        self.listener.stage("building", 0.4)
        checkpoint = self._find_latest() if self.resume else None
        if checkpoint is None:
            self._build_new()
        else:
            saved = TrainConfig.from_dict(checkpoint.metadata.training)
            self.config = with_changes_of(saved, self.config)
            check_resumable(saved, self.config)
            self.model = build_learner(self.config)
        # The logs of a run that was set aside have been renamed: those in place are another run's.
        continues_logs = checkpoint is not None and self.kept_run is None
        self._open_logs(checkpoint.metadata.timesteps if checkpoint and continues_logs else None)
        self.listener.stage("learner", 0.5)
        self.model.prepare()
        self._compiler = KernelCompiler()
        if checkpoint is not None:
            self.listener.stage("loading", 0.9)
            self._restore(checkpoint)
        self._best_game = BestGameCallback(self.progress, self.paths)
        self._ages = AgeCallback(self.progress, [] if checkpoint is None else self._load_ages(checkpoint))
        self._evaluator = HeldOutEvaluator(self.config)
        if checkpoint is not None and checkpoint.metadata.test != STANDARD_TEST:
            self._forget_earlier_tests()

    def _find_latest(self) -> Checkpoint:
        """The verified `latest`; raises UnreadableError if it cannot be read now, and leaves it in place."""
        if self.kept_run is not None:
            message = take_up_run(self.paths, self.kept_run)
            self._note(message, f"The run latest.{self.kept_run} is continued.")
        found = recover_checkpoint(self.paths.latest)
        if found.message is not None:
            self.listener.warned(found.message)
        return found.checkpoint or load_checkpoint(self.paths.latest)

    def _build_new(self) -> None:
        """Build the learner of a new run, and set the last run aside; `start_from` may be a model of that."""
        if self.start_from is None:
            self.model, begin = build_learner(self.config), "A new run begins."
        else:
            self.model = self._build_from(self.start_from)
            begin = f"A new run begins with the network of {self.start_from}."
        self._note(set_aside_run(self.paths), begin)

    def _build_from(self, name: str) -> PlacementDQN:
        """Build a learner with the network of a model; the configuration gets its shape."""
        ref = resolve_slot(self.paths, name)
        if ref.is_reference_player:
            raise IncompatibleCheckpointError(f"{name} is a formula and has no network to train")
        policy = load_model(ref).policy
        shape = describe_policy(policy)
        self.config = config_from_model(self.config, shape.features, shape.net_arch)
        model = build_learner(self.config)
        try:
            load_policy(model, policy)
        except ValueError as error:
            raise IncompatibleCheckpointError(f"{name} cannot be trained: {error}") from error
        return model

    def _note(self, *messages: str | None) -> None:
        self.listener.noted(" ".join(message for message in messages if message is not None))

    def _restore(self, checkpoint: Checkpoint) -> None:
        policy = parse_model(checkpoint.read(MODEL_NAME), f"{MODEL_NAME} of {checkpoint.folder.name}").policy
        state = read_npz(checkpoint.read(TRAINER_STATE_NAME), _MAX_TRAINER_STATE_BYTES)
        replay_buffer = read_npz(checkpoint.read(REPLAY_BUFFER_NAME), _MAX_REPLAY_BUFFER_BYTES)
        try:
            self.progress = restore_state(self.model, policy, state, replay_buffer)
        except (ValueError, KeyError) as error:
            raise IncompatibleCheckpointError(
                f"{checkpoint.folder.name} cannot be resumed: {error}"
            ) from error
        self.history = RunHistory.from_metadata(checkpoint.metadata)
        self._restore_listener(checkpoint)

    def _forget_earlier_tests(self) -> None:
        """Start a new learning curve, because earlier versions tested under other conditions.

        The best model so far is tested again, so that only a better one replaces it.
        """
        self.history, self.progress.best_eval_lines, self.progress.best_eval_metric = RunHistory(), 0.0, 0.0
        try:
            player = load_player("best", self.paths)
        except (UnreadableError, NewerVersionError):
            raise  # It may be sound, and must not be replaced.
        except StorageError:
            return
        assert isinstance(player, NetworkPlayer)
        result = self._evaluator.evaluate_now(player)
        self.progress.best_eval_lines = result.evaluation.mean_lines
        self.progress.best_eval_metric = result.metric

    def _restore_listener(self, checkpoint: Checkpoint) -> None:
        """Restore the listener's state. The run continues if it is missing or damaged.

        Raises UnreadableError if it cannot be read now: the next save would replace it.
        """
        if LISTENER_STATE_NAME not in checkpoint.metadata.files:
            return
        try:
            state = read_npz(checkpoint.read(LISTENER_STATE_NAME), _MAX_LISTENER_STATE_BYTES)
            if checkpoint.metadata.test != STANDARD_TEST:
                state = {name: array for name, array in state.items() if not name.startswith(TESTS_SERIES)}
            self.listener.load_state(state)
        except DamagedError as error:
            self.listener.warned(f"The graphs of the run are lost: {error}.")

    def _load_ages(self, checkpoint: Checkpoint) -> list[NetworkAge]:
        """The copies of the network that the run has made; it continues if they are damaged."""
        try:
            return load_ages(checkpoint)
        except DamagedError as error:
            self.listener.warned(f"The earlier networks of the run are lost: {error}.")
            return []

    def _open_logs(self, resumed_at: int | None) -> None:
        if self.log_formats:
            self.model.set_logger(
                open_metric_logs(self.paths.logs / "training", self.log_formats, resumed_at)
            )

    # --- Changes and notes ---

    def change(self, name: str, value: float) -> None:
        """Give a hyperparameter of `config.changes` another value from the next move on.

        The change is recorded in the configuration, and saved at once, so that a run that is resumed or
        repeated makes it at the same timestep. Raises ValueError if it cannot have that value.
        """
        self.config = self.config.with_change(Change(self.model.num_timesteps, name, value))
        self.save("latest")

    def add_note(self, text: str) -> None:
        """Keep a note with the run, at the present timestep; raises ValueError if it is empty or too long."""
        self.history.add_note(Note(self.model.num_timesteps, text))

    # --- Saving ---

    def save(self, kind: Kind) -> None:
        """Copy the whole state of the run and write it as `kind` in the background.

        Does nothing while another save is running.
        """
        if self._writer.is_busy:
            return
        assert self.model.replay_buffer is not None
        model_zip, state = playing_model_zip(self.model), capture_state(self.model, self.progress)
        replay_buffer, metadata = self.model.replay_buffer.save_state(), self._metadata(kind)
        listener_state, best_game = self.listener.save_state(), self._best_game.take_unsaved()
        ages = self._ages.ages

        def write() -> Path:
            files = {
                MODEL_NAME: model_zip,
                TRAINER_STATE_NAME: to_npz(state),
                REPLAY_BUFFER_NAME: to_npz(replay_buffer),
            }
            if ages:
                files[AGES_NAME] = encode_ages(ages)
            if listener_state:
                files[LISTENER_STATE_NAME] = to_npz(listener_state)
            folder = save_checkpoint(self.paths, kind, files, metadata)
            self._best_game.save(best_game)
            return folder

        self._writer.write(kind, write)

    @property
    def is_compiling(self) -> bool:
        """Whether kernels that a training can begin without are still being compiled."""
        return self._compiler.is_running

    def newest_network(self) -> Network:
        """Copy the network as it is now, to play with it; only if it takes the features of afterstates."""
        return playing_network(self.model, self.config)

    def save_to_slot(self, name: str, *, overwrite: bool = False) -> None:
        """Write the current model to a slot in the background."""
        files = self._model_files(playing_model_zip(self.model), self.progress.timesteps)
        metadata = self._metadata(name)
        self._writer.write(
            name, lambda: save_slot_files(self.paths, name, files, metadata, overwrite=overwrite)
        )

    def _model_files(self, model_zip: bytes, timesteps: int) -> dict[str, bytes]:
        """The files of a model of that age, with those of its ages that are not older than itself."""
        ages = [age for age in self._ages.ages if age.timesteps <= timesteps]
        return {MODEL_NAME: model_zip, **({AGES_NAME: encode_ages(ages)} if ages else {})}

    def _metadata(self, name: str) -> Metadata:
        """The current model's metadata, with its test result if this very model was tested."""
        result = self._last_result()
        return self.history.metadata(
            name, self.config, self.progress, None if result is None else result.evaluation.summary()
        )

    # --- The best model ---

    def _start_evaluation(self) -> None:
        if not self._evaluator.is_pending and not self._compiler.is_running:
            config = self.config.at(self.progress.timesteps)
            player = NetworkPlayer("best", playing_network(self.model, config))
            self._evaluator.start(player, playing_model_zip(self.model), self.progress.timesteps)

    def _last_result(self) -> HeldOutResult | None:
        """The test result of the model as it is now; None if only an earlier one was tested."""
        result = self._last_test
        return result if result is not None and result.timesteps == self.progress.timesteps else None

    def _test_last_model(self, deadline: float) -> None:
        """Test the model as it is now, after a test that is still running.

        Gives up at the deadline and, before it, when the listener asks to stop: stopping should take as long
        as a save.
        """
        self._await_evaluation(deadline)
        if self._last_result() is None:
            self._start_evaluation()
            self._await_evaluation(deadline)

    def _await_evaluation(self, deadline: float) -> None:
        was_stopped = deadline < math.inf
        while (self._compiler.is_running or self._evaluator.is_running) and time.monotonic() < deadline:
            if not was_stopped and not self.listener.before_step():
                return
            time.sleep(_POLL_SECONDS)
        self._collect_evaluation()

    def _collect_evaluation(self) -> None:
        result = self._evaluator.poll()
        if result is None:
            return
        mean_lines = result.evaluation.mean_lines
        self._last_test, self._goal.test_lines = result, mean_lines
        self.history.add_point(result.timesteps, mean_lines)
        self.listener.evaluated(mean_lines, result.timesteps)
        if result.metric > self.progress.best_eval_metric:
            self.progress.best_eval_metric, self.progress.best_eval_lines = result.metric, mean_lines
            self._save_best(result)
            self.listener.new_best(mean_lines, result.timesteps)

    def _save_best(self, result: HeldOutResult) -> None:
        evaluation = result.evaluation.summary()
        metadata = replace(self._metadata("best"), timesteps=result.timesteps, evaluation=evaluation)
        files = self._model_files(result.model_zip, result.timesteps)
        self._writer.write("best", lambda: save_checkpoint(self.paths, "best", files, metadata))
