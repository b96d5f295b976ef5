"""A real `train` is watched and steered by other programs, and does not mind what happens to them."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import WebSocketException

from tests.worker.board_oracle import board_after
from tests.worker.polling import START_UP_SECONDS
from tetris_arcade.bench.web_program import TOKEN, WebClient, WebProgram
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.local_socket import connect
from tetris_arcade.remote.attached_client import AttachedClient
from tetris_arcade.remote.link import HostLink
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.messages import (
    EpisodeEnded,
    Pause,
    Report,
    Resume,
    Saved,
    SaveSlot,
    SetInStep,
    SetSpeed,
    SetVisuals,
    Step,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import series_points

pytestmark = pytest.mark.system

_SECONDS = 20.0


class Watcher:
    """A client that watches a data folder's training."""

    def __init__(self, paths: DataPaths) -> None:
        link = HostLink(connect(paths.socket_file))
        link.watch(on=True)
        self.client = AttachedClient(link)
        self.reports: list[Report] = []

    def until(self, condition: Callable[[], bool], seconds: float = _SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.client.state, self.client.message, self.reports[-5:])
            self.reports += self.client.poll()
            time.sleep(0.005)

    def until_state(self, state: WorkerState) -> None:
        self.until(lambda: self.client.state is state)

    @property
    def move(self) -> int:
        """How many moves the training had made when its newest board was shown."""
        return int(self.client.frame["boards"][0]["move"])

    @property
    def timesteps(self) -> int:
        return int(self.client.frame["counters"]["timesteps"])


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    return DataPaths(tmp_path_factory.mktemp("watched"))


@pytest.fixture(scope="module")
def training(paths: DataPaths) -> Iterator[WebProgram]:
    """A `train` at work that browsers see as well, the same for all tests here."""
    with WebProgram(paths.root, "train", "--seed", "5", "--web", "0") as program:
        yield program


@pytest.fixture
def browser(training: WebProgram) -> Iterator[WebClient]:
    """An operator's browser."""
    client = WebClient(training, TOKEN)
    yield client
    client.close()


def _reconnect(program: WebProgram) -> WebClient:
    """An operator's browser, as soon as the server is there again."""
    deadline = time.monotonic() + START_UP_SECONDS
    while True:
        try:
            return WebClient(program, TOKEN)
        except (OSError, WebSocketException):
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def watch(paths: DataPaths, training: WebProgram) -> Iterator[Callable[[], Watcher]]:
    """Starts to watch; what watches at the end of a test is gone after it."""
    watchers: list[Watcher] = []

    def start() -> Watcher:
        watchers.append(watcher := Watcher(paths))
        watcher.until(lambda: watcher.client.task is not None and watcher.timesteps > 0, START_UP_SECONDS)
        return watcher

    yield start
    for watcher in watchers:
        watcher.client.close()


def test_boards_figures_graphs_and_games_are_seen(watch: Callable[[], Watcher]) -> None:
    watcher = watch()
    client = watcher.client
    watcher.until(lambda: bool(np.isfinite(client.frame["boards"][0]["values"]).any()))
    watcher.until(lambda: series_points(client.series, "lines")[0].size > 3)
    watcher.until(lambda: any(isinstance(report, EpisodeEnded) for report in watcher.reports))
    assert client.task.config.seed == 5  # type: ignore[union-attr]


def test_every_step_of_a_paused_training_is_seen(watch: Callable[[], Watcher]) -> None:
    watcher = watch()
    client = watcher.client
    client.send(Pause())
    watcher.until_state(WorkerState.PAUSED)
    reached, watched = watcher.timesteps, watcher.move
    client.send(Step())  # From the game that was watched to the training's own.
    watcher.until(lambda: watcher.move != watched)
    watcher.reports += client.poll()
    for _ in range(3):
        before = client.frame["boards"][0]
        client.send(Step())
        watcher.until(lambda before=before: client.frame["boards"][0]["move"] > before["move"])
        after = client.frame["boards"][0]
        assert after["move"] == before["move"] + 1
        if not before["over"]:
            assert np.array_equal(board_after(before), after["cells"][:20])
    client.send(SaveSlot("seen"))
    watcher.until(lambda: Saved("slot", "seen") in watcher.reports)
    client.send(SaveSlot("seen"))
    watcher.until(lambda: any(isinstance(report, Warned) for report in watcher.reports))
    client.send(Resume())
    watcher.until(lambda: watcher.timesteps > reached + 1_000)


def test_speed_and_hidden_board_are_for_all_that_watch(watch: Callable[[], Watcher]) -> None:
    first, second = watch(), watch()
    first.client.send(SetSpeed(4.0))
    second.until(lambda: second.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.25))
    second.client.send(SetVisuals(False))
    first.until(lambda: not first.client.visuals)
    reached = first.timesteps
    first.until(lambda: first.timesteps > reached + 1_000)  # no pace without a board
    first.client.close()
    reached = second.timesteps
    second.until(lambda: second.timesteps > reached)


def test_unwatched_training_shows_nothing_and_is_not_slowed(
    watch: Callable[[], Watcher], paths: DataPaths
) -> None:
    watcher = watch()
    watcher.client.send(SetSpeed(1.0))
    watcher.client.send(SetInStep(True))
    watcher.until(lambda: watcher.client.speed == 1.0 and watcher.client.is_in_step)
    watcher.client.close()
    link = HostLink(connect(paths.socket_file))
    deadline = time.monotonic() + _SECONDS
    while link.hello is None or (controls := Controls(link.telemetry["trainer"].cells)).speed == 1.0:
        assert time.monotonic() < deadline
        link.poll()
    assert not controls.visuals
    assert not controls.is_in_step
    link.close()


def test_program_that_sends_nonsense_is_dropped_alone(watch: Callable[[], Watcher], paths: DataPaths) -> None:
    watcher = watch()
    hostile = connect(paths.socket_file)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may be dropped at the first line
        hostile.send(b"GET / HTTP/1.1\r\n\r\n" * 100)
        hostile.send(b"{" * 60_000)
    hostile.settimeout(_SECONDS)
    with contextlib.suppress(ConnectionResetError):
        while hostile.recv(65_536):
            pass  # what a new link is told
    watcher.client.start(watcher.client.task)  # type: ignore[arg-type]
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps > reached + 1_000)
    hostile.close()


def test_browser_sees_boards_and_holds_the_training(browser: WebClient, watch: Callable[[], Watcher]) -> None:
    watcher = watch()
    browser.wait(lambda: browser.counts["board"] > 10 and browser.counts["metrics"] > 3)
    assert browser.counts["episode"] > 0
    browser.command("pause")
    browser.wait_for_status("paused")
    watcher.until_state(WorkerState.PAUSED)
    watcher.reports += watcher.client.poll()
    reached, boards, move = watcher.timesteps, browser.counts["board"], watcher.move
    browser.command("step")  # From the game that was watched to the training's own.
    watcher.until(lambda: watcher.move > move)
    browser.wait(lambda: browser.counts["board"] > boards)
    boards, move = browser.counts["board"], watcher.move
    browser.command("step")
    browser.wait(lambda: browser.counts["board"] > boards)
    watcher.until(lambda: watcher.move > move)
    assert watcher.move == move + 1
    browser.command("resume")
    browser.wait(lambda: browser.metrics["timesteps"] > reached + 1_000)
    browser.command("start_demo", slot="champion")
    browser.wait(lambda: len(browser.errors) == 1)


def test_watching_browser_sees_boards_and_changes_nothing(training: WebProgram) -> None:
    browser = WebClient(training)
    browser.wait(lambda: browser.counts["board"] > 3)
    browser.command("pause")
    browser.wait(lambda: len(browser.errors) == 1)
    assert browser.status["status"] == "running"
    browser.close()


def test_killed_server_comes_back_and_the_training_has_not_noticed(
    training: WebProgram, watch: Callable[[], Watcher]
) -> None:
    watcher = watch()
    server = training.server()
    server.kill()
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps > reached + 1_000)
    browser = _reconnect(training)
    browser.wait(lambda: browser.counts["board"] > 3)
    assert training.server() != server
    browser.close()


def test_server_of_another_program_shows_the_training(paths: DataPaths) -> None:

    with WebProgram(paths.root) as web:
        assert "Another program trains" in web.output[0]
        browser = WebClient(web, TOKEN)
        browser.wait(lambda: browser.counts["board"] > 3)
        assert browser.status["config"]["seed"] == 5
        browser.close()


def test_stop_saves_and_says_so(watch: Callable[[], Watcher], training: WebProgram, paths: DataPaths) -> None:
    watcher = watch()
    watcher.client.send(Pause())
    watcher.until_state(WorkerState.PAUSED)
    watcher.client.stop()
    watcher.until(lambda: not watcher.client.is_connected, 60.0)
    assert (watcher.client.state, watcher.client.message) == (
        WorkerState.STOPPED,
        "The training has ended: it was stopped and saved.",
    )
    assert training.wait(30.0) == 0
    assert not paths.socket_file.exists()
    assert load_checkpoint(paths.latest).metadata.timesteps >= watcher.timesteps
    assert any("paused by a program that watches" in line for line in training.output)


def test_server_that_watched_goes_on_with_the_run_itself(paths: DataPaths, tmp_path: Path) -> None:
    train = WebProgram(tmp_path, "train", "--web", "0")
    with WebProgram(tmp_path) as web:
        browser = WebClient(web, TOKEN)
        browser.wait(lambda: browser.metrics.get("timesteps", 0) > 2_000)
        browser.command("stop")
        assert train.wait(60.0) == 0
        browser.close()
        reached = load_checkpoint(DataPaths(tmp_path).latest).metadata.timesteps
        deadline = time.monotonic() + START_UP_SECONDS
        while not any("Trainings can be started here" in line for line in web.output):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        browser = _reconnect(web)
        browser.wait(lambda: browser.status.get("status") == "idle")
        browser.command("start", resume=True)
        browser.wait(lambda: browser.metrics.get("timesteps", 0) > reached)
        assert not browser.errors
        browser.close()


def test_killed_training_is_noticed(paths: DataPaths, tmp_path: Path) -> None:
    root = DataPaths(tmp_path)
    command = [sys.executable, "-m", "tetris_arcade", "train", "--data-dir", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + START_UP_SECONDS
    while not root.socket_file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    watcher = Watcher(root)
    watcher.until_state(WorkerState.STARTING)
    process.send_signal(signal.SIGKILL)
    process.wait()
    watcher.until(lambda: not watcher.client.is_connected)
    assert watcher.client.state is WorkerState.STARTING  # nothing has said that it ended
