"""The soak: what it samples, and that its script visits every screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pygame
import pytest

from tests.worker.counting_task import CountTask
from tests.worker.polling import polled_client
from tetris_arcade.soak.process_monitor import ProcessMonitor, count_segments
from tetris_arcade.soak.run import Soak, run_soak
from tetris_arcade.worker.shared.messages import WorkerState


def test_new_process_resets_the_monitor() -> None:
    sleeper = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    monitor = ProcessMonitor()
    for step in range(30):
        monitor.sample(os.getpid(), step / 10, step / 30)
    assert monitor.report("own")["own_memory_kb_per_minute"] is not None
    with subprocess.Popen(sleeper, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        monitor.sample(other.pid, 3.0, 0.99)
        report = monitor.report("other")
        assert report["other_memory_kb_per_minute"] is None
        assert report["other_descriptors_grown"] is None
        assert 0.0 < report["other_memory_max_mb"] < 100.0
        other.communicate()


def test_growth_uses_only_comparable_samples() -> None:
    monitor, kept = ProcessMonitor(), []
    for step in range(60):
        is_at_work = step % 2 == 0
        if is_at_work:
            kept = [open(os.devnull) for _ in range(step)]  # noqa: SIM115
        else:
            for file in kept:
                file.close()
        monitor.sample(os.getpid(), step / 10, step / 60, is_comparable=not is_at_work)
    report = monitor.report("own")
    assert report["own_descriptors_grown"] == 0
    assert report["own_descriptors_max"] > 50
    assert report["own_readings"] == 20


def test_closing_the_window_ends_the_soak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Soak, "_sample", lambda *_: pygame.event.post(pygame.event.Event(pygame.QUIT)))
    report = run_soak(600.0, tmp_path)
    assert report["minutes"] < 600.0
    assert report["frames"] == 1


def test_no_growth_without_comparable_samples() -> None:
    monitor = ProcessMonitor()
    for step in range(30):
        monitor.sample(os.getpid(), step / 10, step / 30, is_comparable=False)
    report = monitor.report("own")
    assert report["own_memory_kb_per_minute"] is report["own_threads_grown"] is None
    assert report["own_threads_max"] >= 1


def test_missing_process_is_ignored() -> None:
    monitor = ProcessMonitor()
    monitor.sample(None, 1.0, 0.5)
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    monitor.sample(dead.pid, 1.0, 0.5)
    assert monitor.report("it")["it_memory_kb_per_minute"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are listed in /proc")
def test_segments_of_a_client_are_counted() -> None:
    before = count_segments(os.getpid())
    assert before is not None
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until_state(WorkerState.RUNNING)
        assert count_segments(os.getpid()) == before + 1
    assert count_segments(os.getpid()) == before


@pytest.mark.soak
def test_script_visits_every_screen_and_saves(tmp_path: Path) -> None:
    report = run_soak(4.0, tmp_path, seed=1)
    print(report)
    shown = {"Title", "Train", "Training", "Demo", "Duel", "Models", "Settings", "Attract", "Help", "Name"}
    assert shown <= report["screen_frames"].keys()
    assert report["saves"] > report["slot_saves"] > 0
    assert report["restarts"] == report["failed_saves"] == 0
    assert report["viewer_threads_grown"] == report["segments_grown"] == 0
    assert (tmp_path / "checkpoints" / "latest").is_dir()
