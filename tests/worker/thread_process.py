"""A stand-in for `ChildProcess` that runs the task in a thread of the test's own process.

It uses the same telemetry, pipes and tasks, without the seconds that a new process needs to import torch.
"""

from __future__ import annotations

import os
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import _run_task
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.shared.startup_errors import StartupErrors
from tetris_arcade.worker.shared.telemetry import Telemetry
from tetris_arcade.worker.viewer.child_process import ChildProcess


class ThreadProcess(ChildProcess):
    """A thread cannot be killed: `terminate` and `kill` request a stop."""

    def __init__(self, launch: LaunchSpec, segment: Segment) -> None:
        commands, self._commands = Pipe(duplex=False)
        self._reports, reports = Pipe(duplex=False)
        self._is_pipe_closed = False
        self._exit_code: int | None = None
        self._channel: Channel | None = None
        self._startup_errors = StartupErrors()
        args = (launch, segment, commands, reports)
        self._thread = threading.Thread(target=self._run, args=args, daemon=True)
        self._thread.start()

    def _run(self, launch: LaunchSpec, segment: Segment, commands: Connection, reports: Connection) -> None:
        self._channel = Channel(Telemetry.attach(segment), commands, reports)
        has_succeeded = _run_task(launch, self._channel)
        self._channel = None
        self._exit_code = 0 if has_succeeded else 1

    @property
    def pid(self) -> int:
        return os.getpid()

    @property
    def exit_code(self) -> int | None:
        return self._exit_code

    def terminate(self) -> None:
        if self._channel is not None:
            self._channel.request_stop()

    kill = terminate

    def release(self) -> None:
        self._thread.join()
        self._close_files()
