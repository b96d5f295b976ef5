"""kill -9 at random moments of saves in a child process."""

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.storage.save_loop import contents
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.repair import repair_storage

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("kills", "seed"), [(8, 0), pytest.param(200, 1, marks=pytest.mark.soak)])
def test_killed_saves_lose_no_reported_checkpoint(paths, kills, seed):
    source = random.Random(seed)
    reported = 0
    for _ in range(kills):
        reported = max(reported, _save_and_kill(paths.root, reported + 1, source.uniform(0.0, 0.06)))
        if source.random() < 0.5:  # With and without the repair at the program's start.
            repair_storage(paths)
        found = _load_number(paths)
        assert found >= reported
        reported = found
    assert reported > kills
    # Leftovers of kills do not pile up.
    repair_storage(paths)
    assert len(list(paths.checkpoints.iterdir())) <= 6


def test_lock_is_free_after_kill(paths):
    code = (
        "import sys, time; from pathlib import Path; from tetris_arcade.config.paths import DataPaths;"
        "from tetris_arcade.storage.data_lock import DataLock; lock = DataLock(DataPaths(Path(sys.argv[1])));"
        "print(lock.acquire(), flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(paths.root)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout.readline() == b"True\n"
        lock = DataLock(paths)
        assert not lock.acquire()
        assert "viewing and demo only" in lock.why_not
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()
    assert lock.acquire()
    assert lock.why_not is None
    lock.release()


def _save_and_kill(root: Path, first: int, seconds: float) -> int:
    """Save from `first` on in a process that is killed `seconds` after that save; its last reported save."""
    command = [sys.executable, "-m", "tests.storage.save_loop", str(root), str(first)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    line = child.stdout.readline()
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    rest = child.stdout.read()
    timer.join()
    child.wait()
    # A line that was interrupted by the kill reports nothing.
    return int((line + rest).rpartition(b"\n")[0].split()[-1])


def _load_number(paths) -> int:
    checkpoint = load_checkpoint(paths.latest, verify=True)
    number = checkpoint.metadata.timesteps
    assert {name: checkpoint.read(name) for name in checkpoint.metadata.files} == contents(number)
    return number
