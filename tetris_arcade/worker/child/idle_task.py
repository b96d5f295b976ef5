"""The idle task: a process that has loaded what games need, and waits for one."""

from __future__ import annotations

import gc

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.malloc import trim_heap
from tetris_arcade.worker.child import play_task
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.kernels import load_kernels
from tetris_arcade.worker.shared.messages import IdleTask

__all__ = ["play_task", "run_idle_task"]  # Importing the next task's module is a part of the work.

_POLL_SECONDS = 0.1


def run_idle_task(task: IdleTask, paths: DataPaths, channel: Channel) -> str:
    """Wait until stopped; another task ends the wait by its exception, within a millisecond."""
    load_kernels(channel)
    gc.collect()
    trim_heap()
    channel.mark_started()
    while not channel.is_stopping:
        channel.mark_progress()
        for _ in channel.commands():
            pass  # It was meant for the task before.
        channel.wait_for_command(_POLL_SECONDS)
    return "it was stopped"
