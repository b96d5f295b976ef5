"""The leaderboard by keys alone: delete asks, errands end with a word, dropped files are in or refused."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pygame
import pytest
from stable_baselines3 import DQN

from tests.hidden_app import open_hidden
from tests.recording_canvas import watch
from tetris_arcade.app import App
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.envs import EnvConfig, make_vec_env
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.model_info import get_evaluation
from tetris_arcade.scenes.models import scene as models_module
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.checkpoints import MODEL_NAME, Checkpoint, load_checkpoint, save_checkpoint
from tetris_arcade.storage.import_export import export_slot, import_model
from tetris_arcade.storage.slot_names import slot_folder_name
from tetris_arcade.storage.slots import ModelEntry, save_slot_bytes
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.model_archive_builder import rebuild_archive
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.shared.messages import Evaluated, EvaluateTask, PlayTask, Progress, Task

_PATIENCE_SECONDS = 20.0


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path, shipped_slots())
    folder = shipped_slots()
    assert folder is not None
    champion = load_checkpoint(folder / "champion")
    model = champion.read(MODEL_NAME)
    save_slot_bytes(paths, "mine", model, replace(champion.metadata, origin="trained", evaluation=None))
    return paths


@pytest.fixture
def app(paths: DataPaths) -> Iterator[App]:
    app = open_hidden(paths.root, (1280, 720), ModelsScene)
    yield app
    app.close()


@pytest.fixture(autouse=True)
def import_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import without a child process, which would load torch for each file."""

    def import_here(paths: DataPaths, file: Path, name: str) -> str:
        return import_model(paths, file, name, rebuild=rebuild_archive).name

    monkeypatch.setattr("tetris_arcade.services.model_files._import_in_child", import_here)


def _press(app: App, *keys: str) -> None:
    for key in keys:
        text = key if len(key) == 1 else ""
        event = pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(key), unicode=text, mod=0)
        app.frame([event], 0.0, 1 / 60)


def _choose(app: App, name: str) -> None:
    table = app.top._table  # type: ignore[attr-defined]
    table.chosen = [row.name for row in table.rows].index(name)


def _names(app: App) -> set[str]:
    return {row.name for row in app.top._table.rows}  # type: ignore[attr-defined]


def _frames_until(app: App, is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline
        app.frame([], time.perf_counter(), 1 / 60)
        time.sleep(0.005)  # as the clock does: frames without a rest would hold up the thread at work


def test_slots_shipped_models_and_reference_players_stand_side_by_side(app: App) -> None:
    assert _names(app) == {"mine", "champion", "stacker", "dellacherie", "bcts", "random"}


def test_each_slot_is_read_once_however_often_the_screen_is_opened(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def watched(folder: Path, *, verify: bool = False) -> Checkpoint:
        read.append(folder.name)
        return load_checkpoint(folder, verify=verify)

    monkeypatch.setattr("tetris_arcade.storage.slots.load_checkpoint", watched)
    app = open_hidden(paths.root, (1280, 720), TitleScene)
    try:
        _press(app, "down", "down", "return")
        assert isinstance(app.top, ModelsScene)
        assert "mine" in _names(app)
        _press(app, "return", "escape", "escape", "return")
        assert "mine" in _names(app)
        assert read.count("mine") == 1
    finally:
        app.close()


def test_a_long_list_is_read_over_many_frames_and_says_how_far_it_is(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        shutil.copytree(paths.slots / "mine", paths.slots / f"copy-{number}")
    canvases = watch(monkeypatch)
    app = open_hidden(paths.root, (1280, 720), ModelsScene)
    try:
        app.frame([], 0.0, 1 / 60)
        assert _names(app) == set()
        (words,) = (line for line in canvases[-1].written if line.startswith("reading the models"))
        assert 0 < int(words.split()[-3]) < 60
        for _ in range(20):
            app.frame([], 0.0, 1 / 60)
        assert len(_names(app)) == 66
    finally:
        app.close()


def test_delete_asks_and_then_deletes(app: App, paths: DataPaths) -> None:
    _choose(app, "mine")
    _press(app, "return", "up", "return")  # the last action
    assert "Delete mine?" in app.top._question  # type: ignore[attr-defined]
    _press(app, "return")  # keep it
    assert "mine" in _names(app)
    _press(app, "return", "up", "return", "down", "return")
    _frames_until(app, lambda: "mine" not in _names(app))
    assert not (paths.slots / "mine").exists()


def _act(app: App, name: str, key: str) -> None:
    """Open a model's actions and take one, by keys."""
    _choose(app, name)
    _press(app, "return")
    keys = [entry.key for entry in app.top.menu.entries]  # type: ignore[attr-defined]
    _press(app, *["down"] * keys.index(key), "return")


def test_two_models_that_are_chosen_for_a_duel_play_it(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Task] = []
    monkeypatch.setattr(app.context.player, "start", started.append)
    _act(app, "mine", "duel")
    assert isinstance(app.top, ModelsScene)
    marked = [row.cells[0] for row in app.top._table.rows if row.cells[0].startswith("●")]
    assert marked == ["● mine"]
    _act(app, "bcts", "duel")
    assert isinstance(app.top, DuelScene)
    (task,) = started
    assert isinstance(task, PlayTask)
    assert task.players == ("mine", "bcts")
    _press(app, "escape")
    assert not any(row.cells[0].startswith("●") for row in app.top._table.rows)  # type: ignore[attr-defined]


def test_who_waits_for_an_opponent_can_be_let_go(app: App) -> None:
    scene = app.top
    assert isinstance(scene, ModelsScene)
    for take_back in (lambda: _act(app, "mine", "duel"), lambda: _press(app, "x")):
        _act(app, "mine", "duel")
        assert scene._duel_side == "mine"
        take_back()
        assert scene._duel_side is None
        assert app.top is scene


def test_a_model_is_renamed_by_keys(app: App) -> None:
    _act(app, "mine", "rename")
    _press(app, *["backspace"] * 4, *"ours", "return")
    _frames_until(app, lambda: "ours" in _names(app))
    assert "mine" not in _names(app)


def test_a_model_is_exported_by_keys(app: App, paths: DataPaths) -> None:
    _act(app, "champion", "export")
    file = paths.root / "exports" / "champion.zip"
    _frames_until(app, lambda: file.exists() and app.context.jobs.what is None)
    folder = shipped_slots()
    assert folder is not None
    exported, original = (DQN.load(path, device="cpu") for path in (file, folder / "champion" / MODEL_NAME))
    seen = make_vec_env(EnvConfig(height=10), num_envs=64, seed=1).reset()
    chosen = exported.predict(seen, deterministic=True)[0]
    assert (chosen == original.predict(seen, deterministic=True)[0]).all()
    assert len(set(chosen.tolist())) > 1  # it looked


def test_frames_go_on_while_a_file_is_written(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, messages = threading.Event(), list[str]()
    app.context.notify = lambda text, severity="info": messages.append(text)
    monkeypatch.setattr(models_module, "export", lambda *_: "written" if may_end.wait(20.0) else "")
    _act(app, "champion", "export")
    _press(app, "down", "f1", "f1")
    _act(app, "bcts", "duel")  # another thing can be done meanwhile
    _act(app, "stacker", "export")  # but not the same again
    assert messages == ["still exporting champion"]
    may_end.set()
    _frames_until(app, lambda: messages[-1] == "written")


def test_what_came_of_slow_work_is_told_even_when_its_screen_is_left(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, messages = threading.Event(), list[str]()
    app.context.notify = lambda text, severity="info": messages.append(text)
    monkeypatch.setattr(models_module, "export", lambda *_: "written" if may_end.wait(20.0) else "")
    app.apply(Push(ModelsScene(app.context)))
    _act(app, "champion", "export")
    _press(app, "escape")
    assert not messages
    may_end.set()
    _frames_until(app, lambda: bool(messages))
    assert messages == ["written"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_fails_as_nobody_foresaw_is_told_too(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    messages: list[str] = []
    app.context.notify = lambda text, severity="info": messages.append(f"{severity}: {text}")
    monkeypatch.setattr(models_module, "export", lambda *_: [][1])
    _act(app, "champion", "export")
    _frames_until(app, lambda: bool(messages))
    assert messages == ["bad: exporting champion failed"]


def test_a_checkpoint_is_saved_to_a_slot_by_keys(app: App, paths: DataPaths) -> None:
    champion = load_checkpoint(paths.slots / "mine")
    save_checkpoint(paths, "best", {MODEL_NAME: champion.read(MODEL_NAME)}, champion.metadata)
    _press(app, "f1", "f1")  # the list is read anew
    _choose(app, "best")
    _press(app, "s", *"kept", "return")
    _frames_until(app, lambda: "kept" in _names(app))
    kept = load_checkpoint(paths.slots / "kept")
    assert kept.read(MODEL_NAME) == champion.read(MODEL_NAME)
    assert kept.metadata.timesteps == champion.metadata.timesteps


def test_keys_sort_by_every_column(app: App) -> None:
    table = app.top._table  # type: ignore[attr-defined]
    for _ in table.columns:
        _press(app, "right")
        keys = [row.keys[table.sorted_by] for row in table.rows]
        known = [key for key in keys if key is not None]
        assert known == sorted(known, reverse=table.columns[table.sorted_by].is_number)
        assert keys == known + [None] * (len(keys) - len(known))
    assert table.sorted_by == 3  # where it began: once round


def test_an_evaluation_shows_how_far_it_is_and_ends_with_the_stop_key(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []
    monkeypatch.setattr(app.context.player, "start", lambda task: None)
    monkeypatch.setattr(app.context.player, "stop", lambda: stopped.append(1))
    scene = app.top
    assert isinstance(scene, ModelsScene)
    _act(app, "bcts", "evaluate")
    scene.on_report("player", Progress(0.4))
    assert scene._measuring.text == "evaluating bcts: 40%"
    _press(app, "x")
    assert stopped == [1]
    assert scene._measuring.name is None


def test_a_shipped_model_offers_no_change(app: App) -> None:
    _choose(app, "champion")
    _press(app, "return")
    offered = {entry.key for entry in app.top.menu.entries}  # type: ignore[attr-defined]
    assert offered == {"demo", "evaluate", "duel", "export"}


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1080, 1920)])
def test_long_names_of_models_and_files_are_shown_whole(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], text_size: float
) -> None:
    long = "night-run-with-garbage-and-a-very-long-name-2026-11-21_b"
    mine = load_checkpoint(paths.slots / "mine")
    save_slot_bytes(paths, long, mine.read(MODEL_NAME), replace(mine.metadata, name=long))
    (paths.root / "imports").mkdir()
    export_slot(paths, "champion", paths.root / "imports" / f"{long}-that-came-from-a-friend-of-mine.zip")
    export_slot(paths, "champion", paths.root / "imports" / "second.zip")
    canvases = watch(monkeypatch)
    app = open_hidden(paths.root, size, ModelsScene, Settings(display=DisplaySettings(text_size=text_size)))
    try:
        _choose(app, slot_folder_name(long))
        for keys in ((), ("return",), ("up", "return"), ("escape", "return", "up", "up", "return")):
            _press(app, *keys)
            app.frame([], 0.0, 1 / 60)
            assert set(canvases[-1].cut) <= {long}  # in the table's line: the panel has it whole
            assert canvases[-1].left_out == []
        _press(app, "escape", "+")
        app.frame([], 0.0, 1 / 60)
        assert set(canvases[-1].cut) <= {long}
    finally:
        app.close()


def test_a_dropped_model_is_taken_in(app: App, paths: DataPaths, tmp_path: Path) -> None:
    gift = tmp_path / "gift.zip"
    export_slot(paths, "champion", gift)
    known = _names(app)
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(gift))], 0.0, 1 / 60)
    _frames_until(app, lambda: len(_names(app)) == 7)
    (taken,) = _names(app) - known
    games = [
        evaluate(load_player(name, paths), games=2, max_pieces=200, seed=1) for name in (taken, "champion")
    ]
    assert games[0].lines == games[1].lines


def test_many_models_dropped_at_once_are_all_taken_in(app: App, paths: DataPaths, tmp_path: Path) -> None:
    gifts = [tmp_path / f"gift{number}.zip" for number in range(5)]
    for gift in gifts:
        export_slot(paths, "champion", gift)
    before = len(_names(app))
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(gift)) for gift in gifts], 0.0, 1 / 60)
    _frames_until(app, lambda: len(_names(app)) == before + 5)


def test_models_dropped_on_any_screen_are_taken_in_one_after_the_other(
    app: App, paths: DataPaths, tmp_path: Path
) -> None:
    gifts = [tmp_path / name for name in ("gift.zip", "second.zip")]
    for gift in gifts:
        export_slot(paths, "champion", gift)
    messages: list[str] = []
    app.context.notify = lambda text, severity="info": messages.append(text)
    _press(app, "f1")
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(gift)) for gift in gifts], 0.0, 1 / 60)
    _frames_until(app, lambda: len(messages) == 2)
    assert app.top.title == "Help"
    _press(app, "f1")
    assert len(_names(app)) == 8


@pytest.mark.parametrize("screens", [[], ["f1"]])
def test_where_nothing_may_be_changed_a_dropped_file_is_refused(
    app: App, paths: DataPaths, tmp_path: Path, screens: list[str]
) -> None:
    gift = tmp_path / "gift.zip"
    export_slot(paths, "champion", gift)
    messages: list[str] = []
    app.context.notify = lambda text, severity="info": messages.append(text)
    app.context.another_program_writes = True
    _press(app, *screens)
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(gift))], 0.0, 1 / 60)
    assert messages == ["nothing can be changed here"]


def test_a_dropped_file_that_is_no_model_is_refused_in_a_sentence(app: App, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.zip"
    rubbish.write_bytes(b"PK not really")
    messages: list[str] = []
    app.context.notify = lambda text, severity="info": messages.append(text)
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(rubbish))], 0.0, 1 / 60)
    _frames_until(app, lambda: bool(messages))
    assert "rubbish.zip" in messages[0]
    assert len(_names(app)) == 6


def test_a_file_that_lies_ready_is_taken_in_by_keys_alone(app: App, paths: DataPaths) -> None:
    _press(app, "+")
    assert (paths.root / "imports").is_dir()
    export_slot(paths, "champion", paths.root / "imports" / "gift.zip")
    _press(app, "+", "return")
    _frames_until(app, lambda: len(_names(app)) == 7)


def test_where_nothing_may_be_changed_nothing_is_offered_that_does(app: App) -> None:
    app.context.another_program_writes = True
    _choose(app, "mine")
    _press(app, "return")
    offered = {entry.key for entry in app.top.menu.entries}  # type: ignore[attr-defined]
    assert offered == {"demo", "evaluate", "duel"}


def test_what_is_measured_of_a_model_that_cannot_keep_it_is_shown(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Task] = []
    monkeypatch.setattr(app.context.player, "start", started.append)
    scene = app.top
    assert isinstance(scene, ModelsScene)
    _choose(app, "random")
    scene._act("evaluate")
    assert started == [EvaluateTask(slot="random")]
    found = Evaluated("random", Evaluation(20, 2.5, 2.0, (1.5, 3.5), 0, 77))
    scene.on_report("player", replace(found, slot="mine"))
    assert scene._measuring.name == "random"
    scene.on_report("player", found)
    row = next(row for row in scene._table.rows if row.name == "random")
    assert row.keys[3] == 2.5
    assert scene._measuring.name is None


@pytest.mark.parametrize("name", ["dellacherie", "bcts", "random"])
def test_what_is_told_of_the_reference_players_is_what_is_measured(name: str, tmp_path: Path) -> None:
    messages = get_evaluation(ModelEntry(name, "reference"))
    assert messages is not None
    games = 100 if name == "random" else 40
    measured = evaluate(
        load_player(name, DataPaths(tmp_path)),
        games=games,
        max_pieces=messages.max_pieces,
        pieces=messages.pieces,
        height=messages.height,
        seed=messages.seed,
    )
    low, high = measured.ci95_lines
    assert low - 0.5 <= messages.mean_lines <= high + 0.5
    assert measured.capped_games == messages.capped_games == 0
