"""The training that a kiosk keeps running."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.kiosk.driver import OpenKiosk
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.kiosk import training_keeper as training_keeper_module
from tetris_arcade.kiosk.training_keeper import TrainingKeeper
from tetris_arcade.storage.saved_run import SavedRun
from tetris_arcade.worker.shared.messages import Pause, SetSpeed, SetVisuals, TrainTask

RARELY_SAVED = TrainConfig(checkpoint_seconds=300.0)
"""Every half minute for weeks, checkpoints would wear out a memory card."""


def test_visitor_changes_to_training_are_undone(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    trainer = app.context.trainer
    keeper = TrainingKeeper(app.context, TrainTask())
    for command in (Pause(), SetSpeed(0.5), SetVisuals(False)):
        trainer.send(command)
    keeper.undo_visitor_changes()
    assert (trainer.is_paused, trainer.speed, trainer.visuals) == (False, None, True)


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (SavedRun(), TrainTask(RARELY_SAVED, resume=False)),
        (
            SavedRun(config=TrainConfig(seed=4)),
            TrainTask(replace(RARELY_SAVED, seed=4), resume=True, is_restart=True),
        ),
        (SavedRun(problem="latest cannot be read"), TrainTask(RARELY_SAVED, resume=True, is_restart=True)),
    ],
)
def test_saved_run_is_never_replaced_by_the_kiosk_itself(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, saved: SavedRun, expected: TrainTask
) -> None:
    app = open_kiosk()
    monkeypatch.setattr(training_keeper_module, "load_saved_run", lambda _paths: saved)
    keeper = TrainingKeeper(app.context, TrainTask())
    assert [keeper._next_task(TrainTask()) for _ in range(5)] == [expected] * 5


def test_no_training_if_another_program_writes(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.context.another_program_writes = True
    TrainingKeeper(app.context, TrainTask()).update(1.0)
    assert not app.context.trainer.is_busy
