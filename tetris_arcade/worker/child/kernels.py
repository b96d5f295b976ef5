"""Loads the compiled kernels once per process, however many tasks it does."""

from __future__ import annotations

from functools import cache

from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import Stage


@cache
def load_kernels(channel: Channel) -> None:
    """Compile the kernels or load them from disk, and report the progress; at once if that was done."""
    warm_up(lambda name, share: channel.report(Stage(name, share)))
