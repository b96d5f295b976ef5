"""Starts Ray on this machine, or joins a cluster, and leaves nothing of it behind."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

import tetris_arcade
from tetris_arcade.cluster.errors import ClusterError
from tetris_arcade.cluster.reaper import reaper
from tetris_arcade.cluster.tasks import NodeFacts, describe_node, has_file, prepare_node
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.errors import describe_os_error

LOCAL = "local"
"""The address that stands for this machine alone."""
_OBJECT_STORE_BYTES = 80 * 2**20
"""Close to the least that Ray accepts; the largest object is a network of some 100 kB."""
_SHARED_MEMORY = "/dev/shm"
_CONNECT_SECONDS = 5.0
_MAX_MESSAGE = 300
_MAX_SOCKET_BYTES = 107
"""Of a Unix socket's path on Linux; macOS has 103."""
_LONGEST_SOCKET = "/session_2026-01-01_00-00-00_000000_4194304/sockets/plasma_store.9"
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_enable_metrics_collection": "0",
    "RAY_event_stats": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
"""Ray reports to its makers, and collects what only its dashboard shows, unless told not to."""

_ROOT = str(Path(tetris_arcade.__file__).parent.parent)

ReportStage = Callable[[str], None]

logging.getLogger("ray").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Node:
    """A machine of the cluster that runs tasks."""

    id: str
    name: str


class Cluster:
    """The cluster that this process is connected to.

    workers: the number of tasks at a time; None for one per core, also of machines that join or leave.
    """

    def __init__(self, workers: int | None) -> None:
        self._workers = workers

    @property
    def workers(self) -> int:
        """How many tasks run at the same time now."""
        cores = int(sum(node["Resources"].get("CPU", 0) for node in _alive_nodes()))
        return max(1, cores if self._workers is None else min(cores, self._workers))

    def nodes(self) -> list[Node]:
        """The machines that can run tasks now."""
        return [
            Node(node["NodeID"], node["NodeManagerHostname"])
            for node in _alive_nodes()
            if node["Resources"].get("CPU", 0) >= 1
        ]

    def check_shared(self, file: Path) -> None:
        """Raise ClusterError if a machine does not see a file of the sweep."""
        for node, reference in [(node, run_on(node, has_file, file)) for node in self.nodes()]:
            with contextlib.suppress(ray.exceptions.RayError):  # The machine has just left the cluster.
                if ray.get(reference):
                    continue
                raise ClusterError(
                    f"the machine {node.name} does not see {file.parent}: "
                    "the data folder must be on storage that all machines share"
                )


@contextlib.contextmanager
def open_cluster(
    paths: DataPaths, address: str, workers: int | None, report: ReportStage
) -> Iterator[Cluster]:
    """Connect to a cluster, or start Ray on this machine for as long as the block runs.

    address: "local", or HOST:PORT of a cluster to which this machine belongs. workers: see `Cluster`. report:
    called with what is being done. Every machine has compiled the kernels when the block begins.
    Raises ClusterError, with a sentence, if the cluster cannot be used.
    """
    start = _local_ray(paths, workers) if address == LOCAL else _remote_ray(address)
    report("starting Ray" if address == LOCAL else f"connecting to {address}")
    with start:
        cluster = Cluster(workers)
        report("preparing the kernels on every machine")
        prepare_nodes(cluster.nodes())
        yield cluster


@contextlib.contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Within the block, the variables that Ray's processes inherit; those that the user set win."""
    # Ray's processes find this package where this process found it.
    path = os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")]))
    # Ray itself sets the mode, if there is a token.
    before = {name: os.environ.get(name) for name in (*settings, "PYTHONPATH", "RAY_AUTH_MODE")}
    os.environ.update({**settings, **os.environ, "PYTHONPATH": path})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@functools.cache
def _own_token() -> str:
    """The secret without which nobody else can run code on the Ray of this process; Ray reads it once."""
    return secrets.token_hex(32)


def _alive_nodes() -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]  # Ray's
    return [node for node in nodes if node["Alive"]]


def run_on(node: Node, function: Callable[..., Any], *arguments: Any) -> Any:
    """Start a small task on one machine, whatever else runs there; returns the reference to its result."""
    pinned = NodeAffinitySchedulingStrategy(node_id=node.id, soft=False)
    task = ray.remote(num_cpus=0, max_retries=0)(function)
    return task.options(scheduling_strategy=pinned).remote(*arguments)


def one_line(error: object) -> str:
    """An error's message as one line, without a traceback."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 3] + "..."


@contextlib.contextmanager
def _local_ray(paths: DataPaths, workers: int | None) -> Iterator[None]:
    with _temp_folder(paths) as folder, _short_path(folder) as temp:
        options: dict[str, Any] = {
            "num_cpus": workers or os.cpu_count() or 1,
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE_BYTES,
            # Given explicitly, it need not have room for the whole store, which stays nearly empty.
            "_plasma_directory": _SHARED_MEMORY if os.path.isdir(_SHARED_MEMORY) else temp,
            "_temp_dir": temp,
        }
        settings = {**_SETTINGS, "RAY_AUTH_TOKEN": _own_token()}
        failure = "Ray could not be started on this machine"
        with reaper(folder), _environment(settings), _connected(LOCAL, failure, options):
            yield


@contextlib.contextmanager
def _remote_ray(address: str) -> Iterator[None]:
    _check_reachable(address)
    hint = "" if "RAY_AUTH_MODE" in os.environ else " (if it asks for a token, set RAY_AUTH_MODE=token)"
    failure = f"the cluster at {address} cannot be used{hint}"
    with _environment(_SETTINGS), _connected(address, failure, {}):
        yield


@contextlib.contextmanager
def _connected(address: str, what_failed: str, options: dict[str, Any]) -> Iterator[None]:
    """Ray from `ray.init` to `ray.shutdown`.

    On Linux its processes end with this thread at the latest, even if it is killed: Ray asks the kernel for
    that.
    """
    try:
        _init(address, what_failed, options)
        yield
    finally:
        ray.shutdown()


def _init(address: str, what_failed: str, options: dict[str, Any]) -> None:
    try:
        with _kept_signal_handlers():
            ray.init(
                address,
                log_to_driver=False,
                configure_logging=False,
                logging_level=logging.ERROR,
                **options,
            )
    except SystemExit as end:
        if end.code != signal.SIGTERM:
            raise
        signal.raise_signal(signal.SIGTERM)  # It came while Ray's own handler was installed.
    except Exception as error:  # Ray raises RuntimeError, ConnectionError, ValueError and Exception.
        raise ClusterError(f"{what_failed}: {one_line(error)}") from error


def _check_reachable(address: str) -> None:
    """Raise ClusterError unless somebody listens there: Ray itself would try for a minute."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except OSError as error:
        raise ClusterError(
            f"the cluster at {address} cannot be reached: {describe_os_error(error)}"
        ) from error


def prepare_nodes(nodes: list[Node]) -> None:
    """Compile the kernels on every machine; raises ClusterError if one has another version of the program."""
    if not nodes:
        raise ClusterError("the cluster has no machine with a free core")
    expected = describe_node()
    started = [(node, run_on(node, prepare_node)) for node in nodes]
    for node, reference in started:
        try:
            found: NodeFacts = ray.get(reference)
        except ray.exceptions.RayError as error:
            reason = getattr(error, "cause", None) or error
            raise ClusterError(
                f"the machine {node.name} cannot run this program: {one_line(reason)}"
            ) from error
        if found != expected:
            raise ClusterError(
                f"the machine {node.name} has {found.describe_difference(expected)}: "
                "every machine needs the same versions"
            )


@contextlib.contextmanager
def _kept_signal_handlers() -> Iterator[None]:
    """Put this program's signal handlers back after the block, in which Ray installs its own."""
    handlers = {number: signal.getsignal(number) for number in termination_signals()}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _temp_folder(paths: DataPaths) -> Iterator[Path]:
    """A folder for the files of Ray's processes. The reaper deletes it; what it left is deleted here."""
    parent = paths.logs / "ray"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for old in parent.iterdir():
            _remove_unused(paths, old)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=""))
    except OSError as error:
        raise ClusterError(f"Ray has no place for its files: {describe_os_error(error)}") from error
    with DataLock(paths, folder / "in-use.lock"):
        yield folder


def _remove_unused(paths: DataPaths, folder: Path) -> None:
    with DataLock(paths, folder / "in-use.lock") as lock:
        is_unused = lock.is_held
    if is_unused:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """The folder's path, or one through a descriptor of this process if sockets in it had too long paths."""
    if len(os.fsencode(folder)) + len(_LONGEST_SOCKET) <= _MAX_SOCKET_BYTES:
        yield str(folder)
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield f"/proc/{os.getpid()}/fd/{descriptor}"
    finally:
        os.close(descriptor)
