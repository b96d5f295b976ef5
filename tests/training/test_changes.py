"""Hyperparameters that are changed while a run trains, in runs that are resumed or repeated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.test_trainer import _assert_equal, _whole_state
from tetris_arcade.config.changes import HYPERPARAMETERS, Change
from tetris_arcade.config.env import EnvConfig, RewardShaping
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.training.run_listener import RunListener
from tetris_arcade.training.trainer import Trainer
from tetris_arcade.training.value_semantics import semantics_from_metadata

CHANGES = {
    60: [("learning_rate", 5e-4), ("exploration", 0.3)],
    100: [("gamma", 0.9), ("game_over_penalty", 2.0)],
    130: [("holes", 0.5), ("max_height", 0.1), ("bumpiness", 0.0), ("exploration", 0.05)],
}
"""By the number of steps made before."""


class _Changer(RunListener):
    """Changes hyperparameters before some steps, as a viewer's command does, and stops after a number."""

    def __init__(self, stop_after: int = 10**9, start: int = 0) -> None:
        self.steps, self.start, self.stop_after = start, start, stop_after
        self.trainer: Trainer

    def before_step(self) -> bool:
        for name, value in CHANGES.get(self.steps, []) if self.steps > self.start else []:
            self.trainer.change(name, value)
        self.steps += 1
        return self.steps <= self.stop_after


@pytest.fixture
def config(small: TrainConfig) -> TrainConfig:
    env = EnvConfig(height=10, max_pieces=40, game_over_penalty=5.0, reward="shaped", shaping=RewardShaping())
    return replace(small, env=env)


def _run(config: TrainConfig, paths: DataPaths, listener: RunListener, **options: bool) -> Trainer:
    trainer = Trainer(config, paths, listener, **options)
    if isinstance(listener, _Changer):
        listener.trainer = trainer
    trainer.run()
    return trainer


@pytest.fixture
def changed(config: TrainConfig, tmp_path: Path) -> Trainer:
    return _run(config, DataPaths(tmp_path / "changed"), _Changer())


def test_a_run_with_the_recorded_changes_is_the_same_run(changed: Trainer, tmp_path: Path) -> None:
    """Bit for bit: the configuration alone repeats what was changed by hand."""
    recorded = TrainConfig.from_dict(load_checkpoint(changed.paths.latest).metadata.training)
    assert len(recorded.changes) == 8
    again = _run(recorded, DataPaths(tmp_path / "again"), RunListener())
    _assert_equal(_whole_state(changed), _whole_state(again))


@pytest.mark.parametrize("stop_after", [61, 100, 120, 131])
def test_a_resumed_run_goes_on_as_one_that_was_not_stopped(
    changed: Trainer, config: TrainConfig, tmp_path: Path, stop_after: int
) -> None:
    paths = DataPaths(tmp_path / "parts")
    stopped = _run(config, paths, _Changer(stop_after))
    assert stopped.config.changes == changed.config.changes[: len(stopped.config.changes)]
    goes_on = _run(config, paths, _Changer(start=stop_after), resume=True)
    _assert_equal(_whole_state(changed), _whole_state(goes_on))
    assert goes_on.config.changes == changed.config.changes


def test_a_change_counts_from_the_next_move(changed: Trainer) -> None:
    model = changed.model
    assert model.replay_buffer is not None
    assert model.gamma == model.replay_buffer.gamma == 0.9
    assert model._current_learning_rate() == 5e-4
    assert model.exploration_rate == pytest.approx(0.05)
    rules = model.placements_env.rules
    assert (rules.game_over_penalty, rules.holes_penalty, rules.height_penalty) == (2.0, 0.5, 0.1)
    before = TrainConfig().gamma
    assert changed.config.gamma == before != 0.9
    assert changed.config.at(100 * 4 - 1).gamma == before
    assert changed.config.at(100 * 4).gamma == 0.9


def test_look_ahead_uses_what_holds_in_the_end(changed: Trainer) -> None:
    semantics = semantics_from_metadata(load_checkpoint(changed.paths.latest).metadata)
    assert semantics.discount == 0.9
    assert semantics.feature_rewards.min() == pytest.approx(-0.5 * 0.05)


@pytest.mark.parametrize(("name", "value"), [("gamma", 1.5), ("learning_rate", -1.0), ("height", 12.0)])
def test_impossible_changes_are_refused(config: TrainConfig, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        config.with_change(Change(5, name, value))


def test_a_resumed_run_keeps_its_changes(changed: Trainer, config: TrainConfig) -> None:
    """Other changes than those it has made cannot be asked for."""
    other = replace(config, changes=(Change(8, "gamma", 0.5),))
    with pytest.raises(IncompatibleCheckpointError, match="changes"):
        Trainer(other, changed.paths, resume=True).run()


def test_every_option_is_possible(config: TrainConfig) -> None:
    for parameter in HYPERPARAMETERS.values():
        assert list(parameter.options) == sorted(parameter.options)
        for value in parameter.options:
            config.with_change(Change(0, parameter.name, value))


def test_notes_are_kept_with_the_run(config: TrainConfig, paths: DataPaths) -> None:
    class Writer(_Changer):
        def before_step(self) -> bool:
            if self.steps == 20:
                self.trainer.add_note("Does it stack on the left?")
            return super().before_step()

    short = replace(config, total_timesteps=160)
    _run(short, paths, Writer())
    notes = load_checkpoint(paths.latest).metadata.notes
    assert [(note.timesteps, note.text) for note in notes] == [(80, "Does it stack on the left?")]
    resumed = _run(replace(short, total_timesteps=200), paths, RunListener(), resume=True)
    assert resumed.history.notes == list(notes)
    with pytest.raises(ValueError, match="characters"):
        resumed.add_note("")
