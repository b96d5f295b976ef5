"""Runs that are kept when a new one begins, and what they are continued from."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.storage.ages import AGES_NAME
from tetris_arcade.storage.checkpoint_names import checkpoint_folder
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import UnreadableError
from tetris_arcade.storage.run_graphs import GRAPHS_NAME
from tetris_arcade.training.checkpoint_state import to_npz
from tetris_arcade.training.run_listener import RunListener
from tetris_arcade.training.trainer import Trainer


def _seed(paths: DataPaths, name: str) -> int | None:
    return load_checkpoint(checkpoint_folder(paths, name), verify=True).metadata.seed


class NoteListener(RunListener):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def noted(self, message: str) -> None:
        self.notes.append(message)


def test_fresh_run_keeps_everything_of_the_last_one(random_actions: TrainConfig, paths: DataPaths) -> None:
    Trainer(random_actions, paths).run()
    listener = NoteListener()
    Trainer(replace(random_actions, seed=4), paths, listener).run()
    assert [_seed(paths, name) for name in ("latest.1", "best.1", "final.1")] == [3, 3, 3]
    assert [_seed(paths, name) for name in ("latest", "best", "final")] == [4, 4, 4]
    assert listener.notes[0].startswith("The last run is kept as latest.1 ")
    assert listener.notes[0].endswith(" A new run begins.")


def test_run_that_was_set_aside_is_continued(random_actions: TrainConfig, paths: DataPaths) -> None:
    Trainer(random_actions, paths).run()
    before = load_checkpoint(paths.latest).metadata
    Trainer(replace(random_actions, seed=4), paths).run()
    listener = NoteListener()
    more = replace(random_actions, total_timesteps=2 * before.timesteps)
    result = Trainer(more, paths, listener, resume=True, kept_run=1).run()
    assert result.timesteps == 2 * before.timesteps
    assert [_seed(paths, name) for name in ("latest", "latest.2")] == [3, 4]
    assert listener.notes[0].endswith(" The run latest.1 is continued.")


def test_new_run_starts_with_the_network_of_any_model(
    finished: Trainer, random_actions: TrainConfig, paths: DataPaths
) -> None:
    for kind in ("latest", "best"):
        shutil.copytree(finished.paths.latest, getattr(paths, kind))
    env = replace(random_actions.env, pieces="uniform", height=12)
    config = replace(random_actions, env=env, total_timesteps=16, net_arch=TrainConfig().net_arch)
    trainer = Trainer(config, paths, start_from="best")  # It is set aside, and its network is used.
    trainer.run()
    expected, network = finished.model.q_net_target.state_dict(), trainer.model.q_net.state_dict()
    assert all(torch.equal(expected[name], network[name]) for name in expected)
    assert trainer.config.net_arch == finished.config.net_arch
    assert load_checkpoint(paths.latest).metadata.env["pieces"] == "uniform"
    assert _seed(paths, "best.1") == 3
    with pytest.raises(IncompatibleCheckpointError, match=r"net_arch \(16,\).*net_arch \(5,\)"):
        Trainer(replace(config, net_arch=(5,)), paths, start_from="best.1").run()


def test_formula_cannot_be_trained(random_actions: TrainConfig, paths: DataPaths) -> None:
    with pytest.raises(IncompatibleCheckpointError, match="no network"):
        Trainer(random_actions, paths, start_from="bcts").run()


@pytest.mark.parametrize("name", ["model.zip", "replay_buffer.npz", "metadata.json", GRAPHS_NAME, AGES_NAME])
def test_run_that_cannot_be_read_now_is_left_as_it_is(
    finished: Trainer, longer: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    saved = load_checkpoint(finished.paths.latest)
    files = {file: saved.read(file) for file in saved.metadata.files}
    save_checkpoint(
        paths, "latest", {**files, GRAPHS_NAME: to_npz({"lines": np.ones((2, 3))})}, saved.metadata
    )
    before = sorted(paths.checkpoints.rglob("*"))
    real_open = os.open

    def fail_once(path: object, *rest: object, **more: object) -> int:
        if str(path).endswith(name):
            monkeypatch.undo()
            raise OSError(5, "injected")
        return real_open(path, *rest, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "open", fail_once)
    with pytest.raises(UnreadableError, match=name):
        Trainer(longer, paths, resume=True).run()
    assert sorted(paths.checkpoints.rglob("*")) == before
    assert Trainer(longer, paths, resume=True).run().timesteps == longer.total_timesteps
