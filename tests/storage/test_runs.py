import contextlib
import os
import shutil
from dataclasses import replace

import pytest

from tests.storage.faulty_disk import PowerCut, each_fault
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import backup_folder
from tetris_arcade.storage.checkpoint_names import checkpoint_folder, checkpoint_name, kept_runs, run_folder
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import DamagedError, SlotNameError, StorageError, UnknownModelError
from tetris_arcade.storage.repair import repair_storage
from tetris_arcade.storage.runs import (
    MAX_KEPT_RUNS,
    next_forgotten_run,
    set_aside_run,
    take_up_run,
)
from tetris_arcade.storage.slots import check_new_slot, list_models, load_model, resolve_slot, save_slot


def save_run(paths, metadata, seed, kinds=("latest", "best", "final")):
    for kind in kinds:
        metadata = replace(metadata, name=kind, seed=seed, best_eval_lines=100.0 + seed)
        save_checkpoint(paths, kind, {"model.zip": f"{kind} of run {seed}".encode()}, metadata)


def seeds(paths, number=None):
    """The seed of each checkpoint of a run."""
    suffix = "" if number is None else f".{number}"
    found = {}
    for kind in ("latest", "best", "final"):
        with contextlib.suppress(UnknownModelError):
            found[kind] = load_checkpoint(checkpoint_folder(paths, kind + suffix), verify=True).metadata.seed
    return found


def test_every_checkpoint_of_a_run_is_set_aside(paths, metadata):
    assert set_aside_run(paths) is None
    save_run(paths, metadata, 3)
    assert set_aside_run(paths) == (
        "The last run is kept as latest.1 (1,000 moves practised, best test 103.0 lines)."
    )
    assert seeds(paths) == {}
    assert seeds(paths, 1) == {"latest": 3, "best": 3, "final": 3}
    assert set_aside_run(paths) is None


def test_best_alone_is_set_aside(paths, metadata):
    save_run(paths, metadata, 3, ["best"])
    assert set_aside_run(paths) == "The last run is kept as latest.1."
    assert seeds(paths, 1) == {"best": 3}


def test_runs_that_were_set_aside_are_models(paths, metadata, model_zip):
    save_checkpoint(paths, "latest", {"model.zip": model_zip}, metadata)
    save_checkpoint(paths, "best", {"model.zip": model_zip}, metadata)
    set_aside_run(paths)
    names = [entry.name for entry in list_models(paths) if entry.kind == "checkpoint"]
    assert names == ["latest.1", "best.1"]
    assert load_model(resolve_slot(paths, "best.1")).content == model_zip
    save_slot(paths, "kept", "best.1")
    with pytest.raises(SlotNameError, match="reserved"):
        check_new_slot(paths, "Best.12")


def test_oldest_run_is_forgotten_by_its_number_and_named(paths, metadata):
    for seed in range(1, MAX_KEPT_RUNS + 1):
        save_run(paths, metadata, seed)
        assert next_forgotten_run(paths) is None
        assert "deleted" not in set_aside_run(paths)
        # As after a clock that was set back: the newest looks like the oldest.
        os.utime(checkpoint_folder(paths, f"latest.{seed}"), (1000 - seed, 1000 - seed))
    save_run(paths, metadata, 99)
    assert next_forgotten_run(paths) == "latest.1"
    message = set_aside_run(paths)
    assert message.startswith(f"The last run is kept as latest.{MAX_KEPT_RUNS + 1} ")
    assert "The oldest, latest.1 (1,000 moves practised, best test 101.0 lines), was deleted" in message
    assert kept_runs(paths) == list(range(MAX_KEPT_RUNS + 1, 1, -1))
    assert seeds(paths, MAX_KEPT_RUNS + 1) == {"latest": 99, "best": 99, "final": 99}


def test_runs_are_in_order_of_their_numbers_beyond_nine(paths, metadata):
    save_run(paths, metadata, 0, ["latest"])
    set_aside_run(paths)
    os.rename(run_folder(paths, 1), run_folder(paths, 8))
    for seed in range(1, MAX_KEPT_RUNS + 1):
        save_run(paths, metadata, seed, ["latest"])
        message = set_aside_run(paths)
    assert "The oldest, latest.8 " in message
    assert kept_runs(paths) == [13, 12, 11, 10, 9]
    assert seeds(paths, 13) == {"latest": MAX_KEPT_RUNS}


def test_run_that_was_set_aside_is_taken_up(paths, metadata):
    for seed in range(MAX_KEPT_RUNS):
        save_run(paths, metadata, seed)
        set_aside_run(paths)
    save_run(paths, metadata, 9)
    # The oldest is taken up, and so it is not forgotten, although the limit is exceeded for a moment.
    assert "deleted" not in take_up_run(paths, 1)
    assert seeds(paths) == {"latest": 0, "best": 0, "final": 0}
    assert seeds(paths, MAX_KEPT_RUNS + 1) == {"latest": 9, "best": 9, "final": 9}
    assert len(kept_runs(paths)) == MAX_KEPT_RUNS


def test_run_that_cannot_be_continued_is_not_taken_up(paths, metadata):
    save_run(paths, metadata, 1)
    set_aside_run(paths)
    save_run(paths, metadata, 2)
    with pytest.raises(UnknownModelError, match=r"no run latest\.7; kept are latest\.1"):
        take_up_run(paths, 7)
    (checkpoint_folder(paths, "latest.1") / "model.zip").unlink()
    with pytest.raises(DamagedError, match=r"latest\.1 cannot be used"):
        take_up_run(paths, 1)
    assert seeds(paths) == {"latest": 2, "best": 2, "final": 2}


def test_damaged_latest_is_set_aside_with_its_backup(paths, metadata):
    save_run(paths, metadata, 1)
    save_run(paths, metadata, 2)
    (paths.latest / "model.zip").write_bytes(b"")
    set_aside_run(paths)
    assert seeds(paths, 1) == {"latest": 1, "best": 2, "final": 2}
    assert not backup_folder(paths.latest).exists()


@pytest.mark.parametrize("is_relative", [False, True])
def test_linked_checkpoint_is_set_aside_and_taken_up_again(paths, metadata, is_relative):
    disk = paths.root / "large-disk"
    disk.mkdir()
    paths.checkpoints.mkdir()
    paths.latest.symlink_to(os.path.relpath(disk, paths.checkpoints) if is_relative else disk)
    save_run(paths, metadata, 1)
    set_aside_run(paths)
    save_run(paths, metadata, 2)
    assert seeds(paths, 1) == {"latest": 1, "best": 1, "final": 1}
    take_up_run(paths, 1)
    save_run(paths, metadata, 3)
    assert seeds(paths) == {"latest": 3, "best": 3, "final": 3}
    assert seeds(paths, 2) == {"latest": 2, "best": 2, "final": 2}
    assert paths.latest.resolve() == disk.resolve()
    assert not [name for name in os.listdir(paths.checkpoints) if name.startswith(".trash")]


@pytest.mark.parametrize("fault", [OSError(5, "injected"), PowerCut()])
@pytest.mark.parametrize("takes_up", [False, True])
def test_fault_while_a_run_moves_loses_nothing(tmp_path, metadata, fault, takes_up):
    before, faults = DataPaths(tmp_path / "before"), 0
    save_run(before, metadata, 1)
    set_aside_run(before)
    save_run(before, metadata, 2)
    for attempt, (monkeypatch, disk) in enumerate(each_fault(fault, is_installed=False), 1):
        paths = DataPaths(tmp_path / f"attempt-{attempt}")
        shutil.copytree(before.root, paths.root)
        disk.install(monkeypatch)
        with contextlib.suppress(StorageError, PowerCut):
            if takes_up:
                take_up_run(paths, 1)
            else:
                set_aside_run(paths)
        monkeypatch.undo()
        faults += disk.has_failed
        repair_storage(paths)
        runs = [seeds(paths), *(seeds(paths, number) for number in kept_runs(paths))]
        whole = [{"latest": seed, "best": seed, "final": seed} for seed in (1, 2)]
        assert sorted(filter(None, runs), key=str) == whole
        assert not [name for name in os.listdir(paths.runs) if name.startswith(".")]
    assert faults > 5


def test_runs_of_earlier_versions_are_adopted(paths, metadata):
    for seed, name in enumerate(["20260101-120000", "20260101-120000-2", "20260301-080000"]):
        save_run(paths, metadata, seed, ["latest"])
        os.rename(paths.latest, paths.checkpoints / f"latest.{name}")
    save_run(paths, metadata, 9)
    assert repair_storage(paths) == []
    assert [seeds(paths, number) for number in (1, 2, 3)] == [{"latest": seed} for seed in range(3)]
    assert seeds(paths) == {"latest": 9, "best": 9, "final": 9}


@pytest.mark.parametrize("name", ["latest", "best.1", "final.12"])
def test_names_and_folders_correspond(paths, name):
    assert checkpoint_name(checkpoint_folder(paths, name)) == name


@pytest.mark.parametrize("name", ["other", "latest.0", "latest.", "latest.1.2", "../latest", "best.x"])
def test_invalid_names_are_refused(paths, name):
    with pytest.raises(ValueError, match="must be one of"):
        checkpoint_folder(paths, name)
