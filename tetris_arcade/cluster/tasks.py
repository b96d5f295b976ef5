"""What runs on the cluster's machines: each function here is a task of Ray, in a process of its own."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
import platform
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

import psutil

from tetris_arcade.config.evaluation import EvaluationConditions
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.engine.kernel_cache import kernel_cache_dir
from tetris_arcade.process.parent import die_with_parent
from tetris_arcade.training.evaluation import GameStats, play_games
from tetris_arcade.training.players import NetworkPlayer, RandomPlayer


@dataclass(frozen=True)
class NodeFacts:
    """What has to be the same on every machine."""

    python: str
    ray: str
    numpy: str
    torch: str
    kernels: str

    def describe_difference(self, expected: NodeFacts) -> str:
        """The first difference, such as "torch 2.12.0, and this one 2.13.0"."""
        for field in fields(self):
            ours, theirs = getattr(expected, field.name), getattr(self, field.name)
            if ours != theirs:
                return f"{field.name} {theirs}, and this one {ours}"
        return "no difference"


def describe_node() -> NodeFacts:
    """The facts of the machine that this runs on; the kernels' is a digest of their sources."""
    return NodeFacts(
        python=platform.python_version(),
        ray=version("ray"),
        numpy=version("numpy"),
        torch=version("torch").partition("+")[0],
        kernels=kernel_cache_dir().name,
    )


def prepare_node() -> NodeFacts:
    """Compile every kernel that is not on this machine's disk yet."""
    enter_worker()
    warm_up(lambda _name, _share: None)
    return describe_node()


def play_part(
    player: NetworkPlayer | RandomPlayer, conditions: EvaluationConditions, seed: int, numbers: range
) -> GameStats:
    """Play some of the games of an evaluation."""
    enter_worker()
    # The arrays that Ray passes are read-only: kernels would be compiled again for them.
    return play_games(copy.deepcopy(player), conditions, seed, numbers)


def has_file(file: Path) -> bool:
    """Whether this machine sees a file."""
    return file.is_file()


def kill_process(pid: int) -> None:
    """Kill another task's process on this machine, unless the number is that of another process by now."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if process.ppid() == os.getppid():
            process.kill()


@functools.cache
def enter_worker() -> None:
    """End this process with Ray's own on this machine, even if it is stopped or busy."""
    die_with_parent(os.getppid())
