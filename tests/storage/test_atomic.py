import contextlib
import errno
import os
import stat
import threading

import pytest

from tests.storage.faulty_disk import PowerCut, each_fault
from tetris_arcade.storage.atomic import (
    backup_folder,
    interrupted_saves,
    read_file,
    remove_folder,
    write_file_atomic,
    write_folder_atomic,
)
from tetris_arcade.storage.errors import StorageError

DISK_FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT]


def test_a_written_file_is_read_back(tmp_path):
    write_file_atomic(tmp_path / "new" / "file", b"content")
    assert read_file(tmp_path / "new" / "file", 7) == b"content"
    assert os.listdir(tmp_path / "new") == ["file"]


def test_a_file_over_the_cap_is_not_read(tmp_path):
    (tmp_path / "file").write_bytes(b"12345678")
    with pytest.raises(StorageError, match="8 bytes, at most 7"):
        read_file(tmp_path / "file", 7)


def test_a_sparse_terabyte_is_not_read(tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(StorageError, match="at most"):
        read_file(tmp_path / "file", 2**20)


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "pipe", "device", "nothing"])
def test_only_regular_files_are_read(tmp_path, kind):
    path = tmp_path / "thing"
    if kind == "link":
        (tmp_path / "target").write_bytes(b"secret")
        path.symlink_to(tmp_path / "target")
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
def test_impossible_file_names_are_refused_in_a_sentence(tmp_path, name):
    with pytest.raises(StorageError) as caught:
        read_file(tmp_path / name, 100)
    assert str(caught.value).isprintable()
    if name != "a\nb":
        with pytest.raises(StorageError):
            write_file_atomic(tmp_path / name, b"")


@pytest.mark.parametrize("number", DISK_FAULTS)
@pytest.mark.parametrize("is_stuck", [False, True])
def test_a_disk_fault_at_any_call_leaves_the_old_file_or_the_new(tmp_path, number, is_stuck):
    path, faults = tmp_path / "file", 0
    for _, disk in each_fault(OSError(number, "injected"), is_stuck=is_stuck):
        path.write_bytes(b"old")
        with contextlib.suppress(StorageError):
            write_file_atomic(path, b"new")
        faults += disk.has_struck
        assert path.read_bytes() in (b"old", b"new")
    assert faults >= 5
    assert path.read_bytes() == b"new"


def test_a_power_cut_at_any_call_leaves_the_old_file_or_the_new(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    for _, _ in each_fault(PowerCut()):
        try:
            write_file_atomic(path, b"new")
        except PowerCut:
            assert path.read_bytes() in (b"old", b"new")
            path.write_bytes(b"old")
    assert path.read_bytes() == b"new"


def test_a_short_write_is_completed(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    write_file_atomic(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_a_folder_is_replaced_whole(tmp_path):
    target = tmp_path / "target"
    write_folder_atomic(target, {"a": b"1", "b": b"2"})
    write_folder_atomic(target, {"c": b"3"})
    assert os.listdir(target) == ["c"]
    assert os.listdir(tmp_path) == ["target"]


def test_the_previous_folder_is_kept_on_request(tmp_path):
    target = tmp_path / "target"
    for content in (b"1", b"2", b"3"):
        write_folder_atomic(target, {"a": content}, keep_previous=True)
    assert (target / "a").read_bytes() == b"3"
    assert (backup_folder(target) / "a").read_bytes() == b"2"
    assert sorted(os.listdir(tmp_path)) == [".target.prev", "target"]


def test_leftovers_of_a_crash_go_with_the_next_save(tmp_path):
    target = tmp_path / "target"
    (tmp_path / ".target.00000000000000000abc.new").mkdir()
    (tmp_path / ".trash.0123abcd").mkdir()
    (tmp_path / ".other.00000000000000000abc.new").mkdir()
    assert len(interrupted_saves(target)) == 1
    write_folder_atomic(target, {"a": b"1"})
    assert sorted(os.listdir(tmp_path)) == [".other.00000000000000000abc.new", "target"]


def test_where_the_new_folder_cannot_be_put_in_place_the_old_one_is_put_back(tmp_path, monkeypatch):
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


def test_a_disk_with_too_little_space_is_seen_before_writing(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000}))
    with pytest.raises(StorageError, match="the disk is full"):
        write_folder_atomic(tmp_path / "target", {"a": b"1"})
    assert os.listdir(tmp_path) == []


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match=r"not a folder|in its place"):
        write_folder_atomic(tmp_path / "file" / "target", {"a": b"1"})


def test_removing_is_silent_about_what_is_not_there(tmp_path):
    assert remove_folder(tmp_path / "nothing")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert remove_folder(tmp_path / "link")
    assert os.listdir(tmp_path) == ["real"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_or_a_file_in_a_folders_place_is_replaced_and_removed_without_waiting(tmp_path):
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


def test_written_files_can_be_read_by_others(tmp_path):
    write_file_atomic(tmp_path / "file", b"")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) & 0o600 == 0o600
