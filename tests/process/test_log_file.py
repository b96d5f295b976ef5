"""The log file: what it holds, its size, and folders that cannot be written."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

import pytest

from tetris_arcade.process.log_file import LogFile, logger


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this platform")
def test_named_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "arcade.log")

    def log() -> None:
        with LogFile(tmp_path):
            logger.warning("something is odd")

    logging_thread = threading.Thread(target=log, daemon=True)
    logging_thread.start()
    logging_thread.join(10)
    assert not logging_thread.is_alive()


def test_exception_is_logged_and_propagates(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), LogFile(tmp_path / "logs"):
        raise RuntimeError("the scene broke")
    text = (tmp_path / "logs" / "arcade.log").read_text()
    assert "Traceback" in text
    assert "the scene broke" in text
    assert "Traceback" not in capfd.readouterr().err


def test_logs_only_while_open(tmp_path: Path) -> None:
    logger = logging.getLogger("tetris_arcade.somewhere")
    with LogFile(tmp_path):
        logger.warning("inside")
    logger.warning("outside")
    text = (tmp_path / "arcade.log").read_text()
    assert "inside" in text
    assert "outside" not in text


def test_size_is_bounded(tmp_path: Path) -> None:
    logger = logging.getLogger("tetris_arcade.somewhere")
    with LogFile(tmp_path, max_bytes=2_000, num_backups=2):
        for _ in range(500):
            logger.warning("the same line, some forty characters long")
    assert len(list(tmp_path.iterdir())) == 3
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 6_000


def test_log_may_be_a_link(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "real.log"
    target.parent.mkdir()
    (tmp_path / "arcade.log").symlink_to(target)
    with LogFile(tmp_path, max_bytes=1_000, num_backups=1):
        for _ in range(100):
            logger.warning("the same line, some forty characters long")
    assert (tmp_path / "arcade.log").readlink() == target
    assert {file.name for file in target.parent.iterdir()} == {"real.log", "real.log.1"}


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on a file's size here")
def test_full_disk_ends_nothing_and_is_left_behind(tmp_path: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with LogFile(tmp_path):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            logger.warning("lost")
            with pytest.raises(RuntimeError, match="broke"), LogFile(tmp_path, "other.log"):
                raise RuntimeError("the scene broke")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        logger.warning("kept")
    assert "kept" in (tmp_path / "arcade.log").read_text()
    assert (tmp_path / "other.log").read_text() == ""


def test_unwritable_folder_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file in place of the folder")
    with LogFile(tmp_path / "logs"):
        logging.getLogger("tetris_arcade.somewhere").warning("lost")
    assert "Traceback" not in capfd.readouterr().err
