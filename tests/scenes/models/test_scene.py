"""The table of models by keys alone: its actions, its background jobs, its tests and duels."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pygame
import pytest
from pygame.event import Event

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.models import scene as models_module
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
from tetris_arcade.storage.slot_names import slot_folder_name
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.worker.shared.messages import (
    Evaluated,
    EvaluateTask,
    PlayTask,
    Progress,
    TrainTask,
    WorkerState,
)

SIZE = (1280, 720)
SHIPPED = {"champion", "stacker"}
REFERENCE = {"dellacherie", "bcts", "random"}
TIMEOUT_SECONDS = 20.0


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """A data folder with one slot, `mine`."""
    paths = DataPaths(tmp_path, shipped_slots())
    folder = shipped_slots()
    assert folder is not None
    champion = load_checkpoint(folder / "champion")
    model = champion.read(MODEL_NAME)
    save_slot_bytes(paths, "mine", model, replace(champion.metadata, origin="trained", evaluation=None))
    return paths


@pytest.fixture
def pilot(paths: DataPaths, open_pilot: OpenPilot) -> Pilot:
    return open_pilot(ModelsScene, SIZE)


@pytest.fixture
def blocked_export(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Exports that last until the event is set."""
    may_end = threading.Event()
    monkeypatch.setattr(
        models_module, "export", lambda *_: "Exported" if may_end.wait(TIMEOUT_SECONDS) else ""
    )
    yield may_end
    may_end.set()


def _names(pilot: Pilot) -> set[str]:
    return {row.name for row in pilot.app.top._table.rows}  # type: ignore[attr-defined]


def _select(pilot: Pilot, name: str) -> None:
    table = pilot.app.top._table  # type: ignore[attr-defined]
    table.chosen = [row.name for row in table.rows].index(name)
    pilot.send()


def _act(pilot: Pilot, name: str, label: str) -> None:
    """Open a model's menu and choose an action."""
    _select(pilot, name)
    pilot.press("return")
    pilot.choose(label)


def _wait_until(pilot: Pilot, is_true: Callable[[], bool]) -> None:
    """Let frames pass while a job is running in its thread."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"timeout: {pilot.texts()}"
        pilot.send()
        time.sleep(0.005)


# --- The list ---


def test_list_has_slots_shipped_models_and_reference_players(pilot: Pilot) -> None:
    assert _names(pilot) >= {"mine"} | SHIPPED | REFERENCE


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
        assert "mine" in _names(pilot)
        pilot.press("return", "escape", "escape")
    assert read.count("mine") == 1


def test_long_list_is_read_over_many_frames(paths: DataPaths, open_pilot: OpenPilot) -> None:
    for number in range(60):
        shutil.copytree(paths.slots / "mine", paths.slots / f"copy-{number}")
    pilot = open_pilot(ModelsScene, SIZE)
    assert _names(pilot) == set()
    (text,) = [text for text in pilot.texts() if text.startswith("Reading models")]
    assert 0 < int(text.split()[2]) < 60
    pilot.advance(20 / 30)
    assert len(_names(pilot)) > 60


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
    _select(pilot, name)
    pilot.press("return")
    assert {entry.label for entry in pilot.app.top.menu.entries} == labels  # type: ignore[attr-defined]


def test_locked_menu_has_no_change(paths: DataPaths, open_pilot: OpenPilot) -> None:
    with DataLock(paths):
        pilot = open_pilot(ModelsScene, SIZE)
        _select(pilot, "mine")
        pilot.press("return")
        assert pilot.sees("Demo")
        assert not any(pilot.sees(label) for label in ("Export", "Rename", "Delete", "import"))


def test_delete_asks_first(pilot: Pilot, paths: DataPaths) -> None:
    _act(pilot, "mine", "Delete")
    assert pilot.sees("Delete mine?")
    pilot.choose("Keep it")
    assert "mine" in _names(pilot)
    _act(pilot, "mine", "Delete")
    pilot.choose("Delete it")
    _wait_until(pilot, lambda: "mine" not in _names(pilot))
    assert not (paths.slots / "mine").exists()


def test_model_is_renamed(pilot: Pilot) -> None:
    _act(pilot, "mine", "Rename")
    pilot.press(*["backspace"] * 4, *"ours", "return")
    _wait_until(pilot, lambda: "ours" in _names(pilot))
    assert "mine" not in _names(pilot)


def test_model_is_exported(pilot: Pilot, paths: DataPaths, tmp_path: Path) -> None:
    _act(pilot, "champion", "Export to a file")
    _wait_until(pilot, lambda: pilot.sees("Exported to exports/champion.zip"))
    (expected,) = export_slot(paths, "champion", tmp_path / "expected.zip")
    assert (paths.root / "exports" / "champion.zip").read_bytes() == expected.read_bytes()


def test_export_never_writes_over_a_file(pilot: Pilot, paths: DataPaths) -> None:
    exports = paths.root / "exports"
    exports.mkdir()
    (exports / "champion.zip").write_bytes(b"of yesterday")
    (exports / "champion-2.zip").symlink_to("nowhere")
    _act(pilot, "champion", "Export to a file")
    _wait_until(pilot, lambda: pilot.sees("Exported to exports/champion-3.zip"))
    assert (exports / "champion.zip").read_bytes() == b"of yesterday"
    assert (exports / "champion-3.zip").is_file()


@pytest.mark.parametrize("answer", ["Replace it", "Choose another name", "escape"])
def test_taken_name_is_replaced_or_changed(paths: DataPaths, open_pilot: OpenPilot, answer: str) -> None:
    mine = load_checkpoint(paths.slots / "mine")
    save_checkpoint(paths, "best", {MODEL_NAME: mine.read(MODEL_NAME)}, replace(mine.metadata, timesteps=7))
    pilot = open_pilot(ModelsScene, SIZE)
    _select(pilot, "best")
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
    _wait_until(pilot, lambda: pilot.app.context.jobs.current is None)
    assert load_checkpoint(paths.slots / saved).metadata.timesteps == 7
    assert isinstance(pilot.app.top, ModelsScene)
    assert (load_checkpoint(paths.slots / "mine").metadata.timesteps == 7) == (answer == "Replace it")


@pytest.mark.parametrize("name", ["latest", "champion"])
def test_refused_name_can_be_corrected(pilot: Pilot, name: str) -> None:
    _act(pilot, "mine", "Rename")
    pilot.press(*["backspace"] * 4, *name, "return")
    assert pilot.title == "Name"
    assert pilot.sees("choose another")
    pilot.press("2", "return")
    _wait_until(pilot, lambda: f"{name}2" in _names(pilot))


def test_rename_to_a_taken_name_can_replace(paths: DataPaths, open_pilot: OpenPilot) -> None:
    mine = load_checkpoint(paths.slots / "mine")
    save_slot_bytes(paths, "other", mine.read(MODEL_NAME), replace(mine.metadata, timesteps=7))
    pilot = open_pilot(ModelsScene, SIZE)
    _act(pilot, "other", "Rename")
    pilot.press("return")  # Its own name is not taken.
    assert isinstance(pilot.app.top, ModelsScene)
    _wait_until(pilot, lambda: pilot.app.context.jobs.current is None)
    _act(pilot, "other", "Rename")
    pilot.press(*["backspace"] * 5, *"mine", "return")
    pilot.choose("Replace it")
    _wait_until(pilot, lambda: "other" not in _names(pilot))
    assert load_checkpoint(paths.slots / "mine").metadata.timesteps == 7


def test_checkpoint_is_saved_as_a_copy(paths: DataPaths, open_pilot: OpenPilot) -> None:
    mine = load_checkpoint(paths.slots / "mine")
    save_checkpoint(paths, "best", {MODEL_NAME: mine.read(MODEL_NAME)}, mine.metadata)
    pilot = open_pilot(ModelsScene, SIZE)
    _select(pilot, "best")
    assert pilot.sees("save a copy")
    pilot.press("s", *"copy", "return")
    _wait_until(pilot, lambda: "copy" in _names(pilot))
    copy = load_checkpoint(paths.slots / "copy")
    assert copy.read(MODEL_NAME) == mine.read(MODEL_NAME)
    assert copy.metadata.timesteps == mine.metadata.timesteps
    _select(pilot, "copy")
    assert not pilot.sees("save a copy")  # the key does nothing here
    pilot.press("s")
    assert isinstance(pilot.app.top, ModelsScene)


# --- Background jobs ---


def test_screen_works_during_an_export(pilot: Pilot, blocked_export: threading.Event) -> None:
    _act(pilot, "champion", "Export to a file")
    assert pilot.sees("Exporting champion...")
    pilot.press("down", "f1", "f1")
    _act(pilot, "bcts", "Duel")
    _act(pilot, "stacker", "Export to a file")
    assert pilot.sees("Please wait: Exporting champion")
    blocked_export.set()
    _wait_until(pilot, lambda: pilot.app.context.jobs.current is None)
    assert "Exported" in pilot.texts()


def test_job_ends_with_a_message_on_another_screen(pilot: Pilot, blocked_export: threading.Event) -> None:
    pilot.app.apply(Push(ModelsScene(pilot.app.context)))
    _act(pilot, "champion", "Export to a file")
    pilot.press("escape")
    assert "Exported" not in pilot.texts()
    blocked_export.set()
    _wait_until(pilot, lambda: "Exported" in pilot.texts())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_unexpected_error_ends_the_job(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_module, "export", lambda *_: [][1])
    _act(pilot, "champion", "Export to a file")
    _wait_until(pilot, lambda: pilot.sees("Exporting champion failed"))


# --- Imports ---


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of imported files, without the work of an import."""
    names: list[str] = []

    def import_file(_paths: DataPaths, file: Path) -> str:
        names.append(file.name)
        return f"Imported {file.name}"

    monkeypatch.setattr("tetris_arcade.services.model_imports.import_file", import_file)
    return names


def _drop(pilot: Pilot, *files: Path) -> None:
    pilot.send(*[Event(pygame.DROPFILE, file=str(file)) for file in files])


def test_file_is_imported_by_keys(pilot: Pilot, paths: DataPaths, imported: list[str]) -> None:
    pilot.press("+")
    assert pilot.sees("Drop a model file onto this window")
    (paths.root / "imports" / "gift.zip").touch()
    pilot.press("+", "return")
    _wait_until(pilot, lambda: pilot.sees("Imported gift.zip"))
    assert imported == ["gift.zip"]


@pytest.mark.parametrize("screens", [[], ["f1"]], ids=["models", "help"])
def test_dropped_files_are_imported_in_turn(
    pilot: Pilot, imported: list[str], tmp_path: Path, screens: list[str]
) -> None:
    pilot.press(*screens)
    _drop(pilot, *[tmp_path / f"gift{number}.zip" for number in range(4)])
    _wait_until(pilot, lambda: pilot.sees("Imported gift3.zip"))
    assert imported == [f"gift{number}.zip" for number in range(4)]


def test_list_shows_an_imported_model(
    pilot: Pilot, paths: DataPaths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def import_file(paths: DataPaths, file: Path) -> str:
        shutil.copytree(paths.slots / "mine", paths.slots / file.stem)
        return "Imported"

    monkeypatch.setattr("tetris_arcade.services.model_imports.import_file", import_file)
    _drop(pilot, tmp_path / "gift.zip")
    _wait_until(pilot, lambda: "gift" in _names(pilot))


@pytest.mark.parametrize("screens", [[], ["f1"]], ids=["models", "help"])
def test_locked_window_refuses_dropped_files(
    open_pilot: OpenPilot, paths: DataPaths, imported: list[str], tmp_path: Path, screens: list[str]
) -> None:
    with DataLock(paths):
        pilot = open_pilot(ModelsScene, SIZE)
        pilot.press(*screens)
        _drop(pilot, tmp_path / "gift.zip")
        pilot.send()
    assert pilot.sees("Models cannot be changed here")
    assert imported == []


# --- Duels ---


def test_duel_starts_with_the_second_model(pilot: Pilot) -> None:
    _act(pilot, "mine", "Duel")
    assert pilot.sees("● mine")
    assert pilot.sees("Choose an opponent for mine")
    _act(pilot, "bcts", "Duel against mine")
    assert isinstance(pilot.app.top, DuelScene)
    (task,) = as_fake(pilot.app.context.player).started
    assert isinstance(task, PlayTask)
    assert task.players == ("mine", "bcts")
    pilot.press("escape")
    assert not pilot.sees("●")


def test_duel_can_be_cancelled(pilot: Pilot) -> None:
    for cancel in (lambda: _act(pilot, "mine", "Cancel duel"), lambda: pilot.press("x")):
        _act(pilot, "mine", "Duel")
        assert pilot.sees("● mine")
        cancel()
        assert not pilot.sees("●")
        assert isinstance(pilot.app.top, ModelsScene)


# --- Tests of models ---


def test_stop_key_ends_a_test(pilot: Pilot) -> None:
    _act(pilot, "bcts", "Test (100 games)")
    player = as_fake(pilot.app.context.player)
    player.reports.append(Progress(0.4))
    pilot.send()
    assert pilot.sees("Testing bcts: 40%")
    pilot.press("x")
    assert player.rests == 1
    assert not pilot.sees("Testing")


def test_result_of_a_reference_player_is_shown(pilot: Pilot) -> None:
    _act(pilot, "random", "Test (100 games)")
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


# --- Long names ---


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1080, 1920)])
def test_long_names_are_shown_whole(
    paths: DataPaths, open_pilot: OpenPilot, size: tuple[int, int], text_size: float
) -> None:
    name = "night-run-with-garbage-and-a-very-long-name-2026-11-21_b"
    mine = load_checkpoint(paths.slots / "mine")
    save_slot_bytes(paths, name, mine.read(MODEL_NAME), replace(mine.metadata, name=name))
    (paths.root / "imports").mkdir()
    export_slot(paths, "champion", paths.root / "imports" / f"{name}-that-came-from-a-friend-of-mine.zip")
    export_slot(paths, "champion", paths.root / "imports" / "second.zip")
    pilot = open_pilot(ModelsScene, size, Settings(display=DisplaySettings(text_size=text_size)))
    _select(pilot, slot_folder_name(name))
    for keys in ((), ("return",), ("up", "return"), ("escape", "return", "up", "up", "return")):
        pilot.press(*keys)
        _check_nothing_is_cut(pilot, name)
    pilot.press("escape", "+")
    _check_nothing_is_cut(pilot, name)


def _check_nothing_is_cut(pilot: Pilot, name: str) -> None:
    """Only the table may cut the name: the panel shows it whole."""
    canvas = pilot._canvases[-1]
    assert set(canvas.cut) <= {name}
    assert canvas.left_out == []


# --- Training ---


def test_run_that_was_set_aside_is_continued(paths: DataPaths, open_pilot: OpenPilot) -> None:
    config = TrainConfig(seed=7, env=EnvConfig(height=12))
    save_checkpoint(paths, "latest", {MODEL_NAME: b"x"}, Metadata("latest", training=config.to_dict()))
    set_aside_run(paths)
    pilot = open_pilot(ModelsScene, SIZE)
    _act(pilot, "latest.1", "Continue this run")
    assert isinstance(pilot.app.top, TrainScene)
    task = TrainTask(config=config, resume=True, kept_run=1)
    assert as_fake(pilot.app.context.trainer).started == [task]


def test_any_model_is_trained_further_with_other_settings(pilot: Pilot) -> None:
    _act(pilot, "mine", "Train it further")
    assert isinstance(pilot.app.top, TrainingSetupScene)
    assert "Start with the network of mine." in " ".join(pilot.texts())
    pilot.choose("Start from this model")
    task = as_fake(pilot.app.context.trainer).started[-1]
    assert isinstance(task, TrainTask)
    assert (task.start_from, task.resume) == ("mine", False)
    assert task.config.initial_epsilon == task.config.final_epsilon


def test_running_training_is_not_replaced(pilot: Pilot) -> None:
    as_fake(pilot.app.context.trainer).state = WorkerState.RUNNING
    _act(pilot, "mine", "Train it further")
    assert isinstance(pilot.app.top, ModelsScene)
    assert "A training is running: stop it first" in pilot.texts()
