"""A viewer in its own process: starts a counting worker and prints the worker's pid.

Run as `python -m tests.worker.crashing_viewer FILE WAY`. WAY is how it ends after a line on standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from tests.worker.counting_task import CountTask
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient


def main(file: str, way: str) -> None:
    client = WorkerClient(None)  # type: ignore[arg-type]
    client.start(CountTask(file=file, fault="hang" if way == "leak-stalled" else ""))
    while client.state is not WorkerState.RUNNING or client.frame["counters"]["timesteps"] < 100:
        client.poll()
        time.sleep(0.005)
    print(client.pid, flush=True)
    sys.stdin.readline()
    if way == "close":
        client.close()
    elif way == "crash":
        raise RuntimeError("the viewer broke")
    elif way == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif way == "exit":
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
