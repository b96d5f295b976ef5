"""What goes wrong is written down for later, and only there."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest

from tetris_arcade.process.log_file import LogFile, logger


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_in_the_logs_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "arcade.log")

    def log() -> None:
        with LogFile(tmp_path):
            logger.warning("something is odd")

    logging_thread = threading.Thread(target=log, daemon=True)
    logging_thread.start()
    logging_thread.join(10)
    assert not logging_thread.is_alive()


def test_a_fault_is_written_with_its_traceback_and_goes_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError), LogFile(tmp_path / "logs"):
        raise RuntimeError("the scene broke")
    text = (tmp_path / "logs" / "arcade.log").read_text()
    assert "Traceback" in text
    assert "the scene broke" in text
    assert "Traceback" not in capfd.readouterr().err


def test_warnings_are_kept_only_while_it_is_open(tmp_path: Path) -> None:
    logger = logging.getLogger("tetris_arcade.somewhere")
    with LogFile(tmp_path):
        logger.warning("inside")
    logger.warning("outside")
    text = (tmp_path / "arcade.log").read_text()
    assert "inside" in text
    assert "outside" not in text


def test_a_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    logger = logging.getLogger("tetris_arcade.somewhere")
    with LogFile(tmp_path, max_bytes=2_000, kept=2):
        for _ in range(500):
            logger.warning("a line of some length that comes again and again")
    assert len(list(tmp_path.iterdir())) == 3
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 6_000


def test_where_nothing_can_be_written_the_program_runs_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with LogFile(tmp_path / "logs"):
        logging.getLogger("tetris_arcade.somewhere").warning("unheard")
    assert "Traceback" not in capfd.readouterr().err
