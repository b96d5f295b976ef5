"""Where the system gives no thread, the work is done without one."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from tetris_arcade.config.settings import SoundSettings
from tetris_arcade.process.threads import ThreadPool, try_to_start
from tetris_arcade.services.background_jobs import BackgroundJobs
from tetris_arcade.training.checkpoint_writer import CheckpointWriter, SaveOutcome
from tetris_arcade.ui.audio import Audio


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading._start_new_thread", refuse)


@pytest.mark.usefixtures("no_threads")
def test_refused_thread_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert not try_to_start(threading.Thread(name="composer"))
    assert "composer: can't start new thread" in caplog.text


@pytest.mark.usefixtures("no_threads")
def test_pool_without_threads_works_in_its_caller() -> None:
    with ThreadPool(2) as pool:
        assert list(pool.map(lambda number: (number, threading.current_thread()), range(3))) == [
            (number, threading.main_thread()) for number in range(3)
        ]
        with pytest.raises(ZeroDivisionError):
            pool.submit(divmod, 1, 0).result()


def test_pool_with_fewer_threads_than_wanted_does_all_work(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading._start_new_thread, []  # type: ignore[attr-defined]

    def start_one(*arguments: Any) -> Any:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(True)
        return start(*arguments)

    monkeypatch.setattr("threading._start_new_thread", start_one)
    with ThreadPool(4) as pool:
        assert list(pool.map(abs, range(-9, 0))) == list(range(9, 0, -1))


@pytest.mark.usefixtures("no_threads")
def test_save_falls_back_to_its_caller() -> None:
    writer = CheckpointWriter()
    writer.write("latest", lambda: Path("latest"))
    assert writer.collect() == [SaveOutcome("latest", Path("latest"))]
    assert not writer.is_busy
    writer.wait()


@pytest.mark.usefixtures("no_threads")
def test_job_of_the_window_falls_back_to_the_window() -> None:
    shown: list[str] = []
    jobs = BackgroundJobs(lambda text, _severity: shown.append(text))
    jobs.start("Exporting champion", lambda: "Exported")
    jobs.update()
    assert (shown, jobs.current) == (["Exported"], None)


@pytest.mark.usefixtures("no_threads")
def test_window_has_no_music_without_a_thread() -> None:
    audio = Audio(SoundSettings())
    audio.set_music_wanted(True)
    for _ in range(3):
        audio.update()
    audio.play("best")
    assert (audio.is_available, audio._music) == (True, None)
    audio.close()
