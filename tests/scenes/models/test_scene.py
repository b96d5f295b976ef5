"""The table of models by keys alone: its actions, its tests and duels."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tests.scenes.models.driver import REFERENCE, SHIPPED, SIZE, act, names, select, wait_until
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.storage.checkpoints import MODEL_NAME, Checkpoint, load_checkpoint, save_checkpoint
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.import_export import export_slot
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.runs import set_aside_run
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.worker.shared.messages import (
    Evaluated,
    EvaluateTask,
    PlayTask,
    Progress,
    TrainTask,
    WorkerState,
)

# --- The list ---


def test_list_has_slots_shipped_models_and_reference_players(pilot: Pilot) -> None:
    assert names(pilot) >= {"mine"} | SHIPPED | REFERENCE


def test_each_slot_is_read_once(
    paths: DataPaths, open_pilot: OpenPilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def record_and_load(folder: Path, *, verify: bool = False) -> Checkpoint:
        read.append(folder.name)
        return load_checkpoint(folder, verify=verify)

    monkeypatch.setattr("tetris_arcade.storage.slots.load_checkpoint", record_and_load)
    pilot = open_pilot(TitleScene, SIZE)
    for _ in range(2):
        pilot.choose("Models")
        assert "mine" in names(pilot)
        pilot.press("return", "escape", "escape")
    assert read.count("mine") == 1


def test_long_list_is_read_over_many_frames(paths: DataPaths, open_pilot: OpenPilot) -> None:
    for number in range(60):
        shutil.copytree(paths.slots / "mine", paths.slots / f"copy-{number}")
    pilot = open_pilot(ModelsScene, SIZE)
    assert names(pilot) == set()
    (text,) = [text for text in pilot.texts() if text.startswith("Reading models")]
    assert 0 < int(text.split()[2]) < 60
    pilot.advance(20 / 30)
    assert len(names(pilot)) > 60


def test_keys_sort_by_every_column(pilot: Pilot) -> None:
    table = pilot.app.top._table  # type: ignore[attr-defined]
    first = table.sorted_by
    for _ in table.columns:
        pilot.press("right")
        keys = [row.keys[table.sorted_by] for row in table.rows]
        known = [key for key in keys if key is not None]
        assert known == sorted(known, reverse=table.columns[table.sorted_by].is_number)
        assert keys == known + [None] * (len(keys) - len(known))
    assert table.sorted_by == first


# --- Actions ---


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("champion", {"Demo", "Test (100 games)", "Duel", "Train it further", "Export to a file"}),
        ("bcts", {"Demo", "Test (100 games)", "Duel"}),
        (
            "mine",
            {"Demo", "Test (100 games)", "Duel", "Train it further", "Export to a file", "Rename", "Delete"},
        ),
    ],
)
def test_menu_has_only_allowed_actions(pilot: Pilot, name: str, labels: set[str]) -> None:
    select(pilot, name)
    pilot.press("return")
    assert {entry.label for entry in pilot.app.top.menu.entries} == labels  # type: ignore[attr-defined]


def test_locked_menu_has_no_change(paths: DataPaths, open_pilot: OpenPilot) -> None:
    with DataLock(paths):
        pilot = open_pilot(ModelsScene, SIZE)
        select(pilot, "mine")
        pilot.press("return")
        assert pilot.sees("Demo")
        assert not any(pilot.sees(label) for label in ("Export", "Rename", "Delete", "import"))


def test_delete_asks_first(pilot: Pilot, paths: DataPaths) -> None:
    act(pilot, "mine", "Delete")
    assert pilot.sees("Delete mine?")
    pilot.choose("Keep it")
    assert "mine" in names(pilot)
    act(pilot, "mine", "Delete")
    pilot.choose("Delete it")
    wait_until(pilot, lambda: "mine" not in names(pilot))
    assert not (paths.slots / "mine").exists()


def test_model_is_renamed(pilot: Pilot) -> None:
    act(pilot, "mine", "Rename")
    pilot.press(*["backspace"] * 4, *"ours", "return")
    wait_until(pilot, lambda: "ours" in names(pilot))
    assert "mine" not in names(pilot)


def test_model_is_exported(pilot: Pilot, paths: DataPaths, tmp_path: Path) -> None:
    act(pilot, "champion", "Export to a file")
    wait_until(pilot, lambda: pilot.sees("Exported to exports/champion.zip"))
    (expected,) = export_slot(paths, "champion", tmp_path / "expected.zip")
    assert (paths.root / "exports" / "champion.zip").read_bytes() == expected.read_bytes()


def test_export_never_writes_over_a_file(pilot: Pilot, paths: DataPaths) -> None:
    exports = paths.root / "exports"
    exports.mkdir()
    (exports / "champion.zip").write_bytes(b"of yesterday")
    (exports / "champion-2.zip").symlink_to("nowhere")
    act(pilot, "champion", "Export to a file")
    wait_until(pilot, lambda: pilot.sees("Exported to exports/champion-3.zip"))
    assert (exports / "champion.zip").read_bytes() == b"of yesterday"
    assert (exports / "champion-3.zip").is_file()


@pytest.mark.parametrize("answer", ["Replace it", "Choose another name", "escape"])
def test_taken_name_is_replaced_or_changed(paths: DataPaths, open_pilot: OpenPilot, answer: str) -> None:
    mine = load_checkpoint(paths.slots / "mine")
    save_checkpoint(paths, "best", {MODEL_NAME: mine.read(MODEL_NAME)}, replace(mine.metadata, timesteps=7))
    pilot = open_pilot(ModelsScene, SIZE)
    select(pilot, "best")
    pilot.press("s", *"mine", "return")
    assert pilot.sees('"mine" exists already.')
    if answer == "escape":
        pilot.press("escape")
    else:
        pilot.choose(answer)
    if answer != "Replace it":
        assert pilot.title == "Name"
        pilot.press("2", "return")  # What was typed is still there.
    saved = "mine" if answer == "Replace it" else "mine2"
    wait_until(pilot, lambda: pilot.app.context.jobs.current is None)
    assert load_checkpoint(paths.slots / saved).metadata.timesteps == 7
    assert isinstance(pilot.app.top, ModelsScene)
    assert (load_checkpoint(paths.slots / "mine").metadata.timesteps == 7) == (answer == "Replace it")


@pytest.mark.parametrize("name", ["latest", "champion"])
def test_refused_name_can_be_corrected(pilot: Pilot, name: str) -> None:
    act(pilot, "mine", "Rename")
    pilot.press(*["backspace"] * 4, *name, "return")
    assert pilot.title == "Name"
    assert pilot.sees("choose another")
    pilot.press("2", "return")
    wait_until(pilot, lambda: f"{name}2" in names(pilot))


def test_rename_to_a_taken_name_can_replace(paths: DataPaths, open_pilot: OpenPilot) -> None:
    mine = load_checkpoint(paths.slots / "mine")
    save_slot_bytes(paths, "other", mine.read(MODEL_NAME), replace(mine.metadata, timesteps=7))
    pilot = open_pilot(ModelsScene, SIZE)
    act(pilot, "other", "Rename")
    pilot.press("return")  # Its own name is not taken.
    assert isinstance(pilot.app.top, ModelsScene)
    wait_until(pilot, lambda: pilot.app.context.jobs.current is None)
    act(pilot, "other", "Rename")
    pilot.press(*["backspace"] * 5, *"mine", "return")
    pilot.choose("Replace it")
    wait_until(pilot, lambda: "other" not in names(pilot))
    assert load_checkpoint(paths.slots / "mine").metadata.timesteps == 7


def test_checkpoint_is_saved_as_a_copy(paths: DataPaths, open_pilot: OpenPilot) -> None:
    mine = load_checkpoint(paths.slots / "mine")
    save_checkpoint(paths, "best", {MODEL_NAME: mine.read(MODEL_NAME)}, mine.metadata)
    pilot = open_pilot(ModelsScene, SIZE)
    select(pilot, "best")
    assert pilot.sees("save a copy")
    pilot.press("s", *"copy", "return")
    wait_until(pilot, lambda: "copy" in names(pilot))
    copy = load_checkpoint(paths.slots / "copy")
    assert copy.read(MODEL_NAME) == mine.read(MODEL_NAME)
    assert copy.metadata.timesteps == mine.metadata.timesteps
    select(pilot, "copy")
    assert not pilot.sees("save a copy")  # the key does nothing here
    pilot.press("s")
    assert isinstance(pilot.app.top, ModelsScene)


# --- Duels ---


def test_duel_starts_with_the_second_model(pilot: Pilot) -> None:
    act(pilot, "mine", "Duel")
    assert pilot.sees("● mine")
    assert pilot.sees("Choose an opponent for mine")
    act(pilot, "bcts", "Duel against mine")
    assert isinstance(pilot.app.top, DuelScene)
    (task,) = as_fake(pilot.app.context.player).started
    assert isinstance(task, PlayTask)
    assert task.players == ("mine", "bcts")
    pilot.press("escape")
    assert not pilot.sees("●")


def test_duel_can_be_cancelled(pilot: Pilot) -> None:
    for cancel in (lambda: act(pilot, "mine", "Cancel duel"), lambda: pilot.press("x")):
        act(pilot, "mine", "Duel")
        assert pilot.sees("● mine")
        cancel()
        assert not pilot.sees("●")
        assert isinstance(pilot.app.top, ModelsScene)


# --- Tests of models ---


def test_stop_key_ends_a_test(pilot: Pilot) -> None:
    act(pilot, "bcts", "Test (100 games)")
    player = as_fake(pilot.app.context.player)
    player.reports.append(Progress(0.4))
    pilot.send()
    assert pilot.sees("Testing bcts: 40%")
    pilot.press("x")
    assert player.rests == 1
    assert not pilot.sees("Testing")


def test_result_of_a_reference_player_is_shown(pilot: Pilot) -> None:
    act(pilot, "random", "Test (100 games)")
    player = as_fake(pilot.app.context.player)
    assert player.started == [EvaluateTask(slot="random")]
    result = Evaluation(100, 2.5, 2.0, (1.5, 3.5), 0, 77, 50_000, "uniform", 10)
    player.reports.append(Evaluated("mine", result))
    pilot.send()
    assert pilot.sees("Testing random")
    player.reports.append(Evaluated("random", result))
    pilot.send()
    assert pilot.sees("2.5 ±1.0")
    assert not pilot.sees("Testing")


# --- Training ---


def test_run_that_was_set_aside_is_continued(paths: DataPaths, open_pilot: OpenPilot) -> None:
    config = TrainConfig(seed=7, env=EnvConfig(height=12))
    save_checkpoint(paths, "latest", {MODEL_NAME: b"x"}, Metadata("latest", training=config.to_dict()))
    set_aside_run(paths)
    pilot = open_pilot(ModelsScene, SIZE)
    act(pilot, "latest.1", "Continue this run")
    assert isinstance(pilot.app.top, TrainScene)
    (task,) = as_fake(pilot.app.context.trainer).started
    assert isinstance(task, TrainTask)
    assert (task.config, task.resume, task.kept_run) == (config, True, 1)


def test_any_model_is_trained_further_with_other_settings(pilot: Pilot) -> None:
    act(pilot, "mine", "Train it further")
    assert isinstance(pilot.app.top, TrainingSetupScene)
    assert "Start with the network of mine." in " ".join(pilot.texts())
    pilot.choose("Start from this model")
    task = as_fake(pilot.app.context.trainer).started[-1]
    assert isinstance(task, TrainTask)
    assert (task.start_from, task.resume) == ("mine", False)
    assert task.config.initial_epsilon == task.config.final_epsilon


def test_running_training_is_not_replaced(pilot: Pilot) -> None:
    as_fake(pilot.app.context.trainer).state = WorkerState.RUNNING
    act(pilot, "mine", "Train it further")
    assert isinstance(pilot.app.top, ModelsScene)
    assert "A training is running: stop it first" in pilot.texts()
