import contextlib
import errno
import itertools
import os
import stat
from dataclasses import replace

import pytest

from tests.storage.faulty_disk import READ_CALLS, PowerCut, each_fault
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import backup_folder
from tetris_arcade.storage.checkpoints import (
    MAX_DAMAGED,
    load_checkpoint,
    recover_checkpoint,
    save_checkpoint,
)
from tetris_arcade.storage.errors import (
    NewerVersionError,
    StorageError,
    UnknownModelError,
    UnreadableError,
)
from tetris_arcade.storage.repair import repair_storage


def make_files(number):
    return {
        "model.zip": f"model {number}".encode() * 50,
        "replay_buffer.npz": f"buffer {number}".encode() * 70,
    }


def save(paths, metadata, number, kind="latest"):
    return save_checkpoint(paths, kind, make_files(number), replace(metadata, timesteps=number))


def saved_number(folder):
    """The number of the save in a folder; fails if it is incomplete."""
    checkpoint = load_checkpoint(folder, verify=True)
    number = checkpoint.metadata.timesteps
    assert {name: checkpoint.read(name) for name in checkpoint.metadata.files} == make_files(number)
    return number


@pytest.mark.parametrize("kind", ["latest", "best", "final"])
def test_save_and_load(paths, metadata, kind):
    folder = save(paths, metadata, 3, kind)
    assert folder == getattr(paths, kind)
    assert saved_number(folder) == 3
    assert load_checkpoint(folder).metadata.saved_at


def test_missing_checkpoint_is_unknown(paths):
    with pytest.raises(UnknownModelError, match="no checkpoint latest"):
        load_checkpoint(paths.latest)
    assert recover_checkpoint(paths.latest) == recover_checkpoint(paths.best)


@pytest.mark.parametrize("name", ["metadata.json", "../up", "a/b", "", ".hidden", "x" * 70])
def test_invalid_file_name_is_refused(paths, metadata, name):
    with pytest.raises(ValueError, match="cannot be called"):
        save_checkpoint(paths, "latest", {name: b""}, metadata)


def test_invalid_kind_is_refused(paths, metadata):
    with pytest.raises(ValueError, match="must be one of"):
        save_checkpoint(paths, "../x", {}, metadata)


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_truncated_file_falls_back_to_backup(paths, metadata, cut):
    save(paths, metadata, 1)
    save(paths, metadata, 2)
    model = paths.latest / "model.zip"
    model.write_bytes(model.read_bytes()[:cut])
    assert saved_number(paths.latest) == 1


def test_flipped_bit_is_detected_on_read(paths, metadata):
    save(paths, metadata, 1)
    buffer = paths.latest / "replay_buffer.npz"
    content = bytearray(buffer.read_bytes())
    content[17] ^= 4
    buffer.write_bytes(content)
    checkpoint = load_checkpoint(paths.latest)
    with pytest.raises(StorageError, match="not what was saved"):
        checkpoint.read("replay_buffer.npz")
    with pytest.raises(StorageError, match="damaged"):
        load_checkpoint(paths.latest, verify=True)


def test_linked_file_is_read(paths, metadata):
    save(paths, metadata, 1)
    model = paths.latest / "model.zip"
    model.rename(paths.root / "elsewhere")
    model.symlink_to(paths.root / "elsewhere")
    assert saved_number(paths.latest) == 1
    (paths.root / "elsewhere").write_bytes(b"something else")
    with pytest.raises(StorageError):
        load_checkpoint(paths.latest, verify=True)


@pytest.mark.parametrize("linked", ["checkpoints", "checkpoints/latest"])
def test_linked_folder_is_written_through(paths, metadata, linked):
    link, disk = paths.root / linked, paths.root / "large-disk"
    disk.mkdir(parents=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(disk)
    for number in (1, 2, 3):
        save(paths, metadata, number)
        assert saved_number(paths.latest) == number
    assert link.is_symlink()
    assert list(disk.rglob("model.zip"))
    # The backup is beside the real folder, and is found there.
    (paths.latest / "metadata.json").write_bytes(b"{")
    recovery = recover_checkpoint(paths.latest)
    assert recovery.message is not None
    assert saved_number(paths.latest) == 2
    assert link.is_symlink()
    # A crash between the two renames of a save leaves only the backup.
    paths.latest.resolve().rename(backup_folder(paths.latest))
    recover_checkpoint(paths.latest)
    assert saved_number(paths.latest) == 2
    assert link.is_symlink()


def test_mode_is_kept(paths, metadata):
    save(paths, metadata, 1)
    paths.latest.chmod(0o700)
    (paths.latest / "model.zip").chmod(0o640)
    save(paths, metadata, 2)
    assert stat.S_IMODE(paths.latest.stat().st_mode) == 0o700
    assert stat.S_IMODE((paths.latest / "model.zip").stat().st_mode) == 0o640


def test_recovery_restores_backup(paths, metadata):
    save(paths, metadata, 1)
    save(paths, metadata, 2)
    (paths.latest / "metadata.json").write_bytes(b"{")
    recovery = recover_checkpoint(paths.latest)
    assert saved_number(paths.latest) == 1
    assert recovery.checkpoint.folder == paths.latest
    assert "renamed to latest.damaged-" in recovery.message
    assert recover_checkpoint(paths.latest).message is None


def test_recovery_without_backup_renames_once(paths, metadata):
    save(paths, metadata, 1)
    (paths.latest / "model.zip").unlink()
    recovery = recover_checkpoint(paths.latest)
    assert recovery.checkpoint is None
    assert "renamed to latest.damaged-" in recovery.message
    assert recover_checkpoint(paths.latest).message is None


def test_number_of_damaged_folders_is_bounded(paths, metadata):
    for number in range(MAX_DAMAGED + 3):
        save(paths, metadata, number)
        (paths.latest / "metadata.json").write_bytes(b"")
        recover_checkpoint(paths.latest)
    assert len(list(paths.checkpoints.glob("latest.damaged-*"))) == MAX_DAMAGED


def test_crash_between_renames_is_recovered(paths, metadata):
    save(paths, metadata, 1)
    os.rename(paths.latest, backup_folder(paths.latest))
    assert saved_number(paths.latest) == 1
    save(paths, metadata, 2)
    os.rename(paths.latest, paths.checkpoints / ".latest.00000000000000000abc.new")
    assert saved_number(paths.latest) == 2  # A complete new one is preferred to the backup.
    assert "missing after a crash" in recover_checkpoint(paths.latest).message
    assert saved_number(paths.latest) == 2


def test_newest_interrupted_save_is_used(paths, metadata):
    paths.checkpoints.mkdir()
    for number in (2, 0, 1):
        other = DataPaths(paths.root / f"other{number}")
        os.rename(save(other, metadata, number), paths.checkpoints / f".latest.{number:020x}.new")
    assert saved_number(paths.latest) == 2


def test_failed_save_keeps_interrupted_one(paths, metadata, monkeypatch):
    save(paths, metadata, 1)
    os.rename(paths.latest, paths.checkpoints / ".latest.00000000000000000abc.new")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(StorageError):
        save(paths, metadata, 2)
    assert saved_number(paths.latest) == 1


@pytest.mark.parametrize(
    ("number", "is_stuck"),
    list(itertools.product([errno.ENOSPC, errno.EIO, errno.EROFS], [False, True])),
)
def test_disk_fault_loses_no_checkpoint(paths, metadata, number, is_stuck):
    save(paths, metadata, 0)
    reported = found = faults = attempt = 0
    for attempt, (monkeypatch, disk) in enumerate(each_fault(OSError(number, "x"), is_stuck=is_stuck), 1):
        with contextlib.suppress(StorageError):
            save(paths, metadata, attempt)
            reported = attempt
        faults += disk.has_failed
        monkeypatch.undo()
        before, found = found, saved_number(paths.latest)
        # A save may be complete though it was reported as failed, if only the last sync failed.
        assert found in (before, attempt)
        assert found >= reported
    assert faults >= 20
    assert reported == attempt  # The disk works again, and so does the next save.
    assert sorted(os.listdir(paths.checkpoints)) == [".latest.prev", "latest"]


def test_only_backup_is_not_deleted_for_space(paths, metadata, monkeypatch):
    save(paths, metadata, 1)
    save(paths, metadata, 2)
    (paths.latest / "model.zip").write_bytes(b"x" * len(make_files(2)["model.zip"]))
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(StorageError, match="the disk is full"):
        save(paths, metadata, 3)
    assert saved_number(paths.latest) == 1


def test_power_cut_loses_no_checkpoint(paths, metadata):
    save(paths, metadata, 0)
    reported = found = cuts = 0
    for attempt, (monkeypatch, disk) in enumerate(each_fault(PowerCut()), 1):
        with contextlib.suppress(PowerCut):
            save(paths, metadata, attempt)
            reported = attempt
        cuts += disk.has_failed
        monkeypatch.undo()
        before, found = found, saved_number(paths.latest)
        assert found in (before, attempt)
        assert found >= reported
    assert cuts >= 20


def test_power_cut_in_first_save_leaves_all_or_nothing(paths, metadata):
    for monkeypatch, _ in each_fault(PowerCut()):
        with contextlib.suppress(PowerCut):
            save(paths, metadata, 1)
        monkeypatch.undo()
        try:
            assert saved_number(paths.latest) == 1
        except StorageError:
            assert not paths.latest.exists()
        repair_storage(paths)
        if paths.latest.exists():
            os.rename(paths.latest, paths.root / os.urandom(4).hex())


def _tree(folder):
    """Every name and content below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE, errno.EACCES, errno.ENOMEM, errno.ESTALE])
@pytest.mark.parametrize("is_stuck", [False, True])
def test_read_fault_puts_nothing_aside(paths, metadata, number, is_stuck):
    for kind in ("latest", "best"):
        save(paths, metadata, 1, kind)
        save(paths, metadata, 2, kind)
    before, refusals, faults = _tree(paths.root), 0, 0
    for monkeypatch, disk in each_fault(OSError(number, "injected"), is_stuck=is_stuck, calls=READ_CALLS):
        found = None
        with contextlib.suppress(UnreadableError):
            found = recover_checkpoint(paths.latest)
        messages = repair_storage(paths)
        monkeypatch.undo()
        faults += disk.has_failed
        refusals += found is None
        assert found is None or found.checkpoint.metadata.timesteps == 2
        assert all("cannot be read" in message for message in messages)
        assert _tree(paths.root) == before
    assert refusals >= 8
    assert faults > refusals
    assert recover_checkpoint(paths.latest).checkpoint.metadata.timesteps == 2


def test_unreadable_checkpoint_does_not_lead_to_an_older_one(paths, metadata):
    save(paths, metadata, 1)
    save(paths, metadata, 2)
    model = paths.latest / "model.zip"
    model.rename(paths.root / "elsewhere")
    model.symlink_to(paths.root / "unmounted" / "model.zip")
    reason = "it is a link to something that does not exist"
    for verify in (False, True):
        with pytest.raises(UnreadableError, match=reason):
            load_checkpoint(paths.latest, verify=verify)
    assert repair_storage(paths) == [f"{model} cannot be read: {reason}; it is left as it is."]
    model.unlink()
    (paths.root / "elsewhere").rename(model)
    assert saved_number(paths.latest) == 2


def test_link_to_an_absent_disk_is_not_damaged(paths, metadata):
    save(paths, metadata, 1)
    disk = paths.root / "disk"
    paths.latest.rename(disk)
    paths.latest.symlink_to(disk)
    assert saved_number(paths.latest) == 1
    disk.rename(paths.root / "unmounted")
    with pytest.raises(UnreadableError, match="links to is not there"):
        recover_checkpoint(paths.latest)
    disk.mkdir()
    with pytest.raises(UnreadableError, match="links to is not there"):
        recover_checkpoint(paths.latest)
    assert paths.latest.is_symlink()


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"schema_version": 1', b'"schema_version": 2'), (b'"seed"', b'"reactor": "on", "seed"')],
)
def test_checkpoint_of_newer_version_is_left_alone(paths, metadata, old, new):
    save(paths, metadata, 1)
    save(paths, metadata, 2)
    file = paths.latest / "metadata.json"
    file.write_bytes(file.read_bytes().replace(old, new))
    before = _tree(paths.root)
    with pytest.raises(NewerVersionError, match="saved by a newer version"):
        recover_checkpoint(paths.latest)
    assert "saved by a newer version" in repair_storage(paths)[0]
    assert _tree(paths.root) == before


def test_damaged_slot_keeps_the_rest_of_an_interrupted_save(paths, metadata):
    from tetris_arcade.storage.slots import save_slot

    save(paths, metadata, 1)
    slot = save_slot(paths, "kept")
    os.rename(slot, backup_folder(slot))
    save_slot(paths, "other")
    os.rename(paths.slots / "other", slot)
    (slot / "model.zip").write_bytes(b"")
    assert "damaged" in repair_storage(paths)[0]
    assert load_checkpoint(slot, verify=True).folder == slot
    assert not backup_folder(slot).exists()


def test_damaged_folders_are_numbered_and_the_newest_are_kept(paths, metadata):
    names = ["latest.damaged-20990101-000000", "latest.damaged-20990101-000000-2"]
    for name in names:  # Those of earlier versions have the time in their names.
        (paths.checkpoints / name).mkdir(parents=True)
    for number in range(1, 5):
        save(paths, metadata, number)
        (paths.latest / "metadata.json").write_bytes(b"")
        assert f"renamed to latest.damaged-{number}" in recover_checkpoint(paths.latest).message
    damaged = sorted(path.name for path in paths.checkpoints.glob("latest.damaged-*"))
    assert damaged == [f"latest.damaged-{number}" for number in (2, 3, 4)]


def test_repair_recovers_interrupted_slots(paths, metadata):
    from tetris_arcade.storage.slots import list_models, save_slot

    save(paths, metadata, 1)
    save_slot(paths, "kept")
    save_slot(paths, "lost")
    os.rename(paths.slots / "lost", paths.slots / ".lost.prev")
    os.mkdir(paths.slots / ".kept.00000000000000000abc.new")
    assert repair_storage(paths) == [
        f"lost was missing after a crash; the one saved at {_time(paths, 'lost')} is used."
    ]
    assert sorted(os.listdir(paths.slots)) == ["kept", "lost"]
    assert {entry.error for entry in list_models(paths)} == {None}
    assert repair_storage(paths) == []


def _time(paths, name):
    return load_checkpoint(paths.slots / name).metadata.saved_at
