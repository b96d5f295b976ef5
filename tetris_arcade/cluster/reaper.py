"""A process beside Ray that ends what is left of it, and deletes its files, when this program has ended.

Ray's main processes end with this program, but not at once those that they started themselves.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tetris_arcade.process.interpreter import python_command

_CODE = "from tetris_arcade.cluster.reaper import reap; reap()"
_MAX_SECONDS = 10.0
_POLL_SECONDS = 0.1


@contextlib.contextmanager
def reaper(folder: Path) -> Iterator[None]:
    """Within the block, Ray can be started with its files in `folder`; nothing of it is left afterwards."""
    process = subprocess.Popen(
        python_command(_CODE, str(folder.resolve())),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # A terminal's Ctrl-C is not meant for it.
    )
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def reap() -> None:
    """Wait until the pipe to the program is closed, then clean up."""
    folder, program = sys.argv[1], os.getppid()
    sys.stdin.read()
    deadline = time.monotonic() + _MAX_SECONDS
    while (left := _processes_in(folder, program)) and time.monotonic() < deadline:
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(_POLL_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)


def _processes_in(folder: str, program: int) -> list[psutil.Process]:
    """The processes of Ray that log to a folder, without the program itself, which is process `program`.

    Neither their titles nor their environments can be relied on: Ray overwrites both.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            is_ours = process.pid not in (os.getpid(), program) and _may_be_ray(process.exe())
            if is_ours and any(file.path.startswith(folder) for file in process.open_files()):
                found.append(process)
    return found


def _may_be_ray(executable: str) -> bool:
    """Whether it is this interpreter or a part of Ray, and not, for example, a pager that shows a log."""
    return executable == os.path.realpath(sys.executable) or f"{os.sep}ray{os.sep}" in executable
