import errno

import pytest

from tetris_arcade.storage.data_lock import DataLock


def test_lock_is_exclusive(paths):
    first, second = DataLock(paths), DataLock(paths)
    assert first.acquire()
    assert not second.acquire()
    assert "viewing and demo only" in second.why_not
    first.release()
    assert second.acquire()
    assert second.why_not is None
    second.release()


def test_acquiring_twice_is_acquiring_once(paths):
    with DataLock(paths) as lock:
        assert lock.acquire()
        lock.release()
        assert not lock.is_held
        assert DataLock(paths).acquire()


def test_data_folders_have_separate_locks(tmp_path):
    from tetris_arcade.config.paths import DataPaths

    with DataLock(DataPaths(tmp_path / "a")) as one, DataLock(DataPaths(tmp_path / "b")) as other:
        assert one.is_held
        assert other.is_held


def test_lock_file_may_be_a_link(paths):
    elsewhere = paths.root / "elsewhere" / "lock"
    elsewhere.parent.mkdir()
    paths.lock_file.symlink_to(elsewhere)
    with DataLock(paths) as lock:
        assert lock.is_held, lock.why_not
        other = DataLock(paths)
        assert not other.acquire()
        assert other.is_taken
    assert paths.lock_file.is_symlink()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_unwritable_folder_is_reported(paths, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, "refused")

    monkeypatch.setattr("os.open", refuse)
    lock = DataLock(paths)
    assert not lock.acquire()
    assert "nothing will be saved" in lock.why_not
    assert not lock.is_held
    lock.release()


def test_file_in_place_of_folder_is_reported(tmp_path):
    from tetris_arcade.config.paths import DataPaths

    (tmp_path / "file").touch()
    lock = DataLock(DataPaths(tmp_path / "file"))
    assert not lock.acquire()
    assert lock.why_not
