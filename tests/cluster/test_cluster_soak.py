"""Two nodes on this machine; sweeps that lose a node, the driver or memory; and what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = pytest.mark.soak
pytest.importorskip("ray", reason="the extra cluster is not installed")

from ray.cluster_utils import Cluster as TwoNodes  # noqa: E402

from tests.cluster.sweeps import Listener, run_sweep, scores, small_spec, start_folder, table  # noqa: E402
from tetris_arcade.cluster.segment import read_progress  # noqa: E402
from tetris_arcade.cluster.session import open_cluster  # noqa: E402
from tetris_arcade.cluster.sweep import Sweep, SweepView  # noqa: E402
from tetris_arcade.cluster.sweep_folder import newest_sweep  # noqa: E402
from tetris_arcade.config.paths import DataPaths  # noqa: E402
from tetris_arcade.process.interpreter import program_command  # noqa: E402

SPEC = small_spec(trials=8, seeds=1, steps=20_000)
_NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}


@pytest.fixture
def nodes() -> Iterator[TwoNodes]:
    """Ray's own cluster in one machine: a head and a second node, with a core each."""
    two = TwoNodes(initialize_head=True, head_node_args=dict(_NODE))
    two.add_node(num_cpus=1, object_store_memory=80 * 2**20)
    try:
        yield two
    finally:
        two.shutdown()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[list[float]]:
    """The scores of the sweep on one Ray with nothing in its way."""
    root = tmp_path_factory.mktemp("undisturbed")
    with open_cluster(DataPaths(root), "local", 2, lambda _stage: None) as cluster:
        return scores(run_sweep(start_folder(root, SPEC), cluster))


def _wait_until(condition: Callable[[], Any], seconds: float = 120.0) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def _start_sweep(root: Path, *options: str) -> subprocess.Popen[str]:
    spec = root / "small.toml"
    spec.write_text(SPEC)
    command = program_command("sweep", str(spec), "--data-dir", str(root), "--json", *options)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _results(root: Path) -> list[Path]:
    return sorted(root.glob("logs/sweeps/*/trials/*/*/evaluation-*.json"))


def _scores_of(report: dict[str, Any]) -> list[float]:
    return [trial["score"] for trial in report["trials"]]


def test_a_node_is_killed_in_the_middle(
    nodes: TwoNodes, undisturbed: list[list[float]], tmp_path: Path
) -> None:
    folder = start_folder(tmp_path, SPEC)
    second = nodes.worker_nodes.copy().pop()

    def kill_node(view: SweepView) -> bool:
        used = {progress.node for path in folder.root.glob("trials/*/*") if (progress := read_progress(path))}
        if second.node_id not in used or not table(folder):
            return False
        nodes.remove_node(second, allow_graceful=False)
        return True

    listener = Listener(kill_node)
    with open_cluster(DataPaths(tmp_path), nodes.address, None, lambda _stage: None) as cluster:
        sweep = run_sweep(folder, cluster, listener)
        assert cluster.workers == 1
    assert listener.is_done
    assert sweep._pool.restarts >= 1
    assert [trial.status for trial in sweep.trials] == ["done"] * 8
    assert scores(sweep) == undisturbed


def test_the_driver_is_killed_and_resumed(
    nodes: TwoNodes, undisturbed: list[list[float]], tmp_path: Path
) -> None:
    killed = _start_sweep(tmp_path, "--address", nodes.address)
    _wait_until(lambda: len(_results(tmp_path)) >= 3)
    killed.kill()
    killed.communicate()
    before = {path: path.stat().st_mtime_ns for path in _results(tmp_path)}
    out, err = _start_sweep(tmp_path, "--address", nodes.address, "--resume").communicate(timeout=300)
    report = json.loads(out)
    assert _scores_of(report) == [trial[-1] for trial in undisturbed], err
    assert report["workers"] == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_running(number: signal.Signals, tmp_path: Path) -> None:
    root = tmp_path / ("a-long-folder-name" * 6)  # A socket's path has at most 107 bytes.
    root.mkdir()
    sweep = _start_sweep(root)
    folder = _wait_until(lambda: newest_sweep(DataPaths(root), "small"))
    progress = _wait_until(
        lambda: next(filter(None, map(read_progress, sorted(folder.root.glob("trials/*/*")))), None)
    )
    family = psutil.Process(sweep.pid).children(recursive=True)
    assert progress.pid in {process.pid for process in family}
    os.kill(progress.pid, signal.SIGSTOP)  # It could not end by itself.
    os.kill(sweep.pid, number)
    _, err = sweep.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive
    assert sweep.returncode == (-9 if number == signal.SIGKILL else 128 + number), err
    assert not list((root / "logs" / "ray").iterdir())
    if number != signal.SIGKILL:
        assert "--resume continues" in err


def test_a_small_shared_memory_is_enough(tmp_path: Path) -> None:
    command = program_command(
        "evaluate",
        "bcts",
        "--games",
        "4",
        "--max-pieces",
        "100",
        "--address",
        "local",
        "--data-dir",
        str(tmp_path),
    )
    script = 'mount -t tmpfs -o size=64m tmpfs /dev/shm && exec "$@"'
    mounted = subprocess.run(["unshare", "-rm", "true"], check=False).returncode == 0
    if not mounted:
        pytest.skip("no name spaces here")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "/dev/shm" not in done.stderr


def test_a_full_disk_is_one_sentence_and_the_sweep_is_resumed(tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode != 0:
        pytest.skip("no name spaces here")
    disk = tmp_path / "disk"
    disk.mkdir()
    spec = tmp_path / "small.toml"
    spec.write_text(SPEC)
    sweep = program_command("sweep", str(spec), "--data-dir", str(disk), "--json")
    script = (
        f"mount -t tmpfs -o size=48m tmpfs {disk} && head -c 39M /dev/zero > {disk}/ballast; "
        f'"$@"; echo code $?; rm {disk}/ballast; "$@" --resume; echo code $?'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *sweep], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("code 1\n"), done.stdout + done.stderr
    assert done.stdout.endswith("code 0\n"), done.stdout + done.stderr
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("tetris_arcade:")]
    assert "disk is full" in error or "free" in error


def test_a_trial_out_of_memory_is_reported_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = psutil.virtual_memory()
    monkeypatch.setenv(
        "RAY_memory_usage_threshold", str((memory.total - memory.available + 1.5e9) / memory.total)
    )
    text = small_spec(trials=4, seeds=1, steps=20_000).replace(
        "[space]", "[space]\nbatch_size = [32, 65536]\nbuffer_size = [50000, 1000000]"
    )
    with open_cluster(DataPaths(tmp_path), "local", 2, lambda _stage: None) as cluster:
        sweep: Sweep = run_sweep(start_folder(tmp_path, text), cluster)
    failed = {trial.number: trial.reason for trial in sweep.trials if trial.status == "failed"}
    assert failed
    assert all("memory" in reason for reason in failed.values())
    assert len(failed) < len(sweep.trials)
