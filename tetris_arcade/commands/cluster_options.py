"""`--address` and `--workers`: where the tasks of a command run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tetris_arcade.cluster.errors import ClusterError
from tetris_arcade.cluster.extra import HOW_TO_INSTALL, missing_cluster_packages
from tetris_arcade.commands import argument_types
from tetris_arcade.commands.errors import CommandError
from tetris_arcade.config.paths import DataPaths

if TYPE_CHECKING:
    from tetris_arcade.cluster.session import Cluster


def add_cluster_options(parser: argparse.ArgumentParser, default: str) -> None:
    """Add `--address` and `--workers`. default: what happens without an address."""
    parser.add_argument(
        "--address",
        type=argument_types.cluster_address,
        metavar="local|HOST:PORT",
        help=f"run on the cores of this machine, or on a Ray cluster that it belongs to; {default}",
    )
    parser.add_argument(
        "--workers",
        type=argument_types.positive_int,
        metavar="N",
        help="with --address: run at most N tasks at a time, by default one per core",
    )


def check_cluster_extra() -> None:
    """Raise CommandError if the packages of the extra are missing."""
    if missing_cluster_packages():
        raise CommandError(f"sweeps and clusters are not installed: {HOW_TO_INSTALL}")


@contextmanager
def connected_cluster(
    paths: DataPaths, address: str, workers: int | None, report: Callable[[str], None]
) -> Iterator[Cluster]:
    """The cluster for the block; its errors, and those of the work on it, become CommandError."""
    check_cluster_extra()
    from tetris_arcade.cluster.session import open_cluster

    try:
        with open_cluster(paths, address, workers, report) as cluster:
            yield cluster
    except ClusterError as error:
        raise CommandError(str(error)) from error
