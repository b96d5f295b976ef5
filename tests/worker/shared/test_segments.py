"""Shared memory that only its own processes can reach."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worker.counting_task import CountTask
from tests.worker.polling import polled_client
from tetris_arcade.soak.process_monitor import count_segments
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.shared.telemetry import Telemetry

SHARED_MEMORY = Path("/dev/shm")


@pytest.mark.skipif(not SHARED_MEMORY.is_dir(), reason="/dev/shm is Linux's")
def test_no_file_that_another_program_could_remove() -> None:
    before = set(SHARED_MEMORY.iterdir())
    telemetry = Telemetry.create()
    found = {path for path in SHARED_MEMORY.iterdir() if path.name.startswith("tarcade")} - before
    telemetry.close()
    assert found == set()


def test_both_maps_are_the_same_memory() -> None:
    segment = Segment(100)
    one, other = segment.map(), segment.map()
    segment.close()
    one[99] = 7
    assert other[99] == 7
    assert other[0] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are listed in /proc")
def test_closed_segment_is_freed() -> None:
    before, descriptors = count_segments(os.getpid()), len(os.listdir("/proc/self/fd"))
    telemetry = Telemetry.create()
    assert count_segments(os.getpid()) == (before or 0) + 1
    telemetry.close()
    assert count_segments(os.getpid()) == before
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_without_files_in_memory_one_on_disk_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def refuse(name: str) -> int:
        refused.append(name)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "memfd_create", refuse, raising=False)
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until(lambda: poller.timesteps > 10)
    assert refused


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="the limit is that of Linux's files in memory")
def test_memory_that_is_not_there_raises_oserror() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(OSError, match="the shared memory"):
            Segment(1 << 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs PID namespaces")
def test_program_in_another_pid_namespace_takes_nothing_away() -> None:
    script = (
        "from tests.worker.polling import polled_client\n"
        "from tests.worker.counting_task import CountTask\n"
        "with polled_client() as poller:\n"
        "    poller.client.start(CountTask(moves=100))\n"
        "    poller.until(lambda: poller.timesteps == 100)\n"
        "print('counted')"
    )
    command = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", sys.executable]
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until(lambda: poller.timesteps > 10)
        done = subprocess.run([*command, "-c", script], capture_output=True, text=True, check=False)
        if done.stderr.startswith("unshare:"):
            pytest.skip("needs user and PID namespaces")
        assert (done.stdout, done.stderr) == ("counted\n", "")
        assert poller.client.pid is not None
        os.kill(poller.client.pid, 9)
        poller.until_state(WorkerState.RESTARTING)
        poller.until_state(WorkerState.RUNNING)
