import contextlib
import errno
import os
import stat
import threading

import pytest

from tests.storage.faulty_disk import PowerCut, each_fault
from tetris_arcade.storage.atomic import (
    backup_folder,
    folder_names,
    interrupted_saves,
    path_exists,
    read_file,
    remove_folder,
    write_file_atomic,
    write_folder_atomic,
)
from tetris_arcade.storage.errors import StorageError, UnreadableError

DISK_FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT]


def test_written_file_is_read(tmp_path):
    write_file_atomic(tmp_path / "new" / "file", b"content")
    assert read_file(tmp_path / "new" / "file", 7) == b"content"
    assert os.listdir(tmp_path / "new") == ["file"]


def test_file_over_limit_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"12345678")
    with pytest.raises(StorageError, match="8 bytes, at most 7"):
        read_file(tmp_path / "file", 7)


def test_sparse_terabyte_is_refused(tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(StorageError, match="at most"):
        read_file(tmp_path / "file", 2**20)


@pytest.mark.parametrize(
    "kind", ["link to a folder", "dangling link", "circle", "folder", "pipe", "device", "nothing"]
)
def test_only_regular_files_are_read(tmp_path, kind):
    path = tmp_path / "thing"
    if kind == "link to a folder":
        path.symlink_to(tmp_path)
    elif kind == "circle":
        path.symlink_to(path)
    elif kind == "dangling link":
        path.symlink_to(tmp_path / "nowhere")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = path.__class__("/dev/zero")
    with pytest.raises(StorageError) as caught:
        read_file(path, 100)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "\ud800", "a\nb"])
def test_impossible_file_name_is_refused(tmp_path, name):
    with pytest.raises(StorageError) as caught:
        read_file(tmp_path / name, 100)
    assert str(caught.value).isprintable()
    if name != "a\nb":
        with pytest.raises(StorageError):
            write_file_atomic(tmp_path / name, b"")


@pytest.mark.parametrize("number", DISK_FAULTS)
@pytest.mark.parametrize("is_stuck", [False, True])
def test_disk_fault_leaves_old_or_new_file(tmp_path, number, is_stuck):
    path, faults = tmp_path / "file", 0
    for _, disk in each_fault(OSError(number, "injected"), is_stuck=is_stuck):
        path.write_bytes(b"old")
        with contextlib.suppress(StorageError):
            write_file_atomic(path, b"new")
        faults += disk.has_failed
        assert path.read_bytes() in (b"old", b"new")
    assert faults >= 5
    assert path.read_bytes() == b"new"


def test_power_cut_leaves_old_or_new_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    for _, _ in each_fault(PowerCut()):
        try:
            write_file_atomic(path, b"new")
        except PowerCut:
            assert path.read_bytes() in (b"old", b"new")
            path.write_bytes(b"old")
    assert path.read_bytes() == b"new"


def test_short_write_is_completed(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    write_file_atomic(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_folder_is_replaced(tmp_path):
    target = tmp_path / "target"
    write_folder_atomic(target, {"a": b"1", "b": b"2"})
    write_folder_atomic(target, {"c": b"3"})
    assert os.listdir(target) == ["c"]
    assert os.listdir(tmp_path) == ["target"]


def test_keep_previous_keeps_backup(tmp_path):
    target = tmp_path / "target"
    for content in (b"1", b"2", b"3"):
        write_folder_atomic(target, {"a": content}, keep_previous=True)
    assert (target / "a").read_bytes() == b"3"
    assert (backup_folder(target) / "a").read_bytes() == b"2"
    assert sorted(os.listdir(tmp_path)) == [".target.prev", "target"]


def test_save_removes_leftovers_of_crash(tmp_path):
    target = tmp_path / "target"
    (tmp_path / ".target.00000000000000000abc.new").mkdir()
    (tmp_path / ".trash.0123abcd").mkdir()
    (tmp_path / ".other.00000000000000000abc.new").mkdir()
    assert len(interrupted_saves(target)) == 1
    write_folder_atomic(target, {"a": b"1"})
    assert sorted(os.listdir(tmp_path)) == [".other.00000000000000000abc.new", "target"]


def test_failed_rename_restores_old_folder(tmp_path, monkeypatch):
    target, rename = tmp_path / "target", os.rename
    write_folder_atomic(target, {"a": b"1"}, keep_previous=True)

    def refuse_new(source, destination):
        if source.name.endswith(".new") and destination == target:
            raise OSError(errno.EIO, "injected")
        rename(source, destination)

    monkeypatch.setattr(os, "rename", refuse_new)
    with pytest.raises(StorageError):
        write_folder_atomic(target, {"a": b"2"}, keep_previous=True)
    assert os.listdir(tmp_path) == ["target"]
    assert (target / "a").read_bytes() == b"1"


def test_full_disk_is_detected_before_writing(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000}))
    with pytest.raises(StorageError, match="the disk is full"):
        write_folder_atomic(tmp_path / "target", {"a": b"1"})
    assert os.listdir(tmp_path) == []


def test_file_in_place_of_folder_is_reported(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match=r"not a folder|in its place"):
        write_folder_atomic(tmp_path / "file" / "target", {"a": b"1"})


def test_remove_missing_folder_or_link(tmp_path):
    assert remove_folder(tmp_path / "nothing")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert remove_folder(tmp_path / "link")
    assert os.listdir(tmp_path) == ["real"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipe_in_place_of_folder_does_not_block(tmp_path):
    def save_twice():
        os.mkfifo(tmp_path / "target")
        write_folder_atomic(tmp_path / "target", {"a": b"1"}, keep_previous=True)
        backup_folder(tmp_path / "target").unlink()
        backup_folder(tmp_path / "target").write_text("a file")
        write_folder_atomic(tmp_path / "target", {"a": b"2"}, keep_previous=True)
        write_folder_atomic(tmp_path / "target", {"a": b"3"})
        os.mkfifo(tmp_path / "pipe")
        remove_folder(tmp_path / "pipe")

    saving = threading.Thread(target=save_twice, daemon=True)
    saving.start()
    saving.join(30)
    assert not saving.is_alive()
    assert os.listdir(tmp_path) == ["target"]
    assert (tmp_path / "target" / "a").read_bytes() == b"3"


def test_written_file_is_readable(tmp_path):
    write_file_atomic(tmp_path / "file", b"")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) & 0o600 == 0o600


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE, errno.EACCES, errno.ENOMEM, errno.ESTALE])
@pytest.mark.parametrize("call", ["open", "fstat", "read"])
def test_file_that_cannot_be_read_now_is_not_damaged(tmp_path, monkeypatch, number, call):
    (tmp_path / "file").write_bytes(b"sound")

    def fail(*_):
        raise OSError(number, "injected")

    with monkeypatch.context() as fault:
        fault.setattr(os, call, fail)
        with pytest.raises(UnreadableError, match="file cannot be read: "):
            read_file(tmp_path / "file", 100)
    assert read_file(tmp_path / "file", 100) == b"sound"


def test_file_that_shrinks_while_it_is_read_is_not_damaged(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"sound")
    monkeypatch.setattr(os, "read", lambda *_: b"")
    with pytest.raises(UnreadableError, match="is being changed"):
        read_file(tmp_path / "file", 100)


def test_disk_fault_is_not_an_absent_file(tmp_path, monkeypatch):
    assert not path_exists(tmp_path / "file")
    assert folder_names(tmp_path / "folder") == []

    def fail(*_):
        raise PermissionError(errno.EACCES, "injected")

    monkeypatch.setattr(os, "lstat", fail)
    monkeypatch.setattr(os, "listdir", fail)
    with pytest.raises(UnreadableError):
        path_exists(tmp_path / "file")
    with pytest.raises(UnreadableError):
        folder_names(tmp_path / "folder")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_mode_of_rewritten_file_is_kept(tmp_path, mode):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_file_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_owner_of_rewritten_file_is_kept(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    write_file_atomic(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)
    write_folder_atomic(tmp_path / "folder", {"a": b"1"})
    os.chown(tmp_path / "folder", 1234, 4321)
    write_folder_atomic(tmp_path / "folder", {"a": b"2"})
    assert (tmp_path / "folder").stat().st_uid == 1234


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EPERM, errno.EACCES])
def test_file_that_cannot_be_replaced_is_overwritten(tmp_path, monkeypatch, number):
    """Such as a file that is mounted by itself."""

    def refuse(*_):
        raise OSError(number, "injected")

    (tmp_path / "file").write_bytes(b"a longer content")
    monkeypatch.setattr(os, "replace", refuse)
    write_file_atomic(tmp_path / "file", b"new")
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"new"
    with pytest.raises(StorageError):
        write_file_atomic(tmp_path / "another", b"new")
    assert os.listdir(tmp_path) == ["file"]


def test_link_stays_and_its_target_is_written(tmp_path):
    real, link = tmp_path / "disk" / "real", tmp_path / "link"
    real.parent.mkdir()
    link.symlink_to("disk/real")
    for content in (b"first", b"second"):  # The first write creates the target.
        write_file_atomic(link, content)
        assert link.is_symlink()
        assert real.read_bytes() == read_file(link, 10) == content
    assert os.listdir(real.parent) == ["real"]


def test_secret_file_is_only_for_its_owner(tmp_path):
    (tmp_path / "old").touch(0o644)
    for name in ("old", "new"):
        write_file_atomic(tmp_path / name, b"", is_secret=True)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
