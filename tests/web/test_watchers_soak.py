"""Twenty watchers beside a training at full speed: memory stays, and nothing but boards is left out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("websockets", reason="the extra web is not installed")
from tetris_arcade.bench.web_program import TOKEN, WebClient, WebProgram

pytestmark = pytest.mark.soak
_NUM_WATCHERS = 20
_WARM_UP_SECONDS = 15.0
_MAX_GROWN_MB = 8.0


class _Watcher:
    """Keeps the numbers of all episodes, and the texts of all messages, that it was sent."""

    def __init__(self, program: WebProgram) -> None:
        self.episodes: list[int] = []
        self.texts: list[str] = []
        self.client = WebClient(program, on_message=self._take)

    def _take(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "episode":
            self.episodes.append(message["episode"])
        elif message["type"] in ("info", "error"):
            self.texts.append(message["message"])


def _memory_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def test_watchers_cost_no_memory_and_miss_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    seconds = 60.0 * request.config.getoption("--minutes")
    with WebProgram(tmp_path) as program:
        operator = WebClient(program, TOKEN)
        operator.command("start", config={}, resume=False)
        operator.wait_for_status("running")
        watchers = [_Watcher(program) for _ in range(_NUM_WATCHERS)]
        time.sleep(_WARM_UP_SECONDS)
        processes = {"server": program.server(), "host": psutil.Process(program.pid)}
        marks = [len(watcher.texts) for watcher in watchers]
        start = {name: _memory_mb(process) for name, process in processes.items()}
        time.sleep(seconds)
        end = {name: _memory_mb(process) for name, process in processes.items()}
        boards = [watcher.client.counts["board"] for watcher in watchers]
        for watcher in watchers:
            watcher.client.close()
        operator.close()
    print({"minutes": seconds / 60, "start_mb": start, "end_mb": end, "boards": (min(boards), max(boards))})
    for name in processes:
        assert end[name] - start[name] < _MAX_GROWN_MB, name
    _check_same([watcher.episodes for watcher in watchers])
    texts = [watcher.texts[mark:] for watcher, mark in zip(watchers, marks, strict=True)]
    assert len({tuple(each[: min(map(len, texts))]) for each in texts}) == 1
    assert min(boards) > 20 * seconds


def _check_same(lists: list[list[int]]) -> None:
    """All watchers have the same episodes between the last one's first and the first one's last."""
    first, last = max(each[0] for each in lists), min(each[-1] for each in lists)
    assert last - first > 100
    common = {tuple(number for number in each if first <= number <= last) for each in lists}
    assert len(common) == 1
