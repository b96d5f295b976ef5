"""Costs of the browser view: boards in one and three pages, shares of a processor, what the training loses,
sizes, the first board, and how soon a command is obeyed."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import psutil

from tetris_arcade.bench.web_pages import PageMeter, open_browser, open_page, why_no_browser
from tetris_arcade.bench.web_program import TOKEN, WebClient, WebProgram

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_WARM_UP_SECONDS = 5.0
_COUNTS = (1, 3)
"""Clients of the protocol, or pages, at once; lists of figures are in this order."""
_TURNS, _TURN_SECONDS = 7, 3.0
_STATIC = Path(__file__).parents[1] / "web" / "static"


def bench_web(seconds: float = 10.0, presses: int = 200) -> dict[str, Any]:
    """Serve a training at full speed to clients of the protocol, and to pages if there is a chromium."""
    with tempfile.TemporaryDirectory() as root, WebProgram(Path(root)) as program:
        operator = WebClient(program, TOKEN)
        operator.command("start", config={}, resume=False)
        operator.wait_for_status("running")
        operator.command("in_step", on=True)  # Otherwise the watched game has a speed of its own.
        operator.command("set_speed", pieces_per_second=None)
        time.sleep(_WARM_UP_SECONDS)
        operator.close()  # It is sent everything too.
        measured: dict[str, Any] = {"page_kb": _page_kb(), "page_sent_kb": _page_sent_kb(program)}
        measured["clients"] = list(_COUNTS)
        measured |= _as_lists([_measure_clients(program, count, seconds) for count in _COUNTS])
        measured |= _measure_messages(program)
        operator = WebClient(program, TOKEN)
        measured["training_lost_percent"] = _training_lost(program, operator)
        measured |= _measure_commands(operator, presses)
        operator.close()
        measured |= _measure_pages(program, seconds)
    return measured


def page_files() -> list[Path]:
    """What a browser loads, without the texts of its language."""
    files = (path for path in _STATIC.rglob("*") if path.is_file())
    return [path for path in files if path.suffix not in (".txt", ".json")]


def _page_kb() -> float:
    return sum(path.stat().st_size for path in page_files()) / 1000


def _page_sent_kb(program: WebProgram) -> float:
    """Compressed, with the texts of the language that needs most."""
    texts = max(_num_sent_bytes(program, path) for path in (_STATIC / "languages").iterdir())
    return (texts + sum(_num_sent_bytes(program, path) for path in page_files())) / 1000


def _num_sent_bytes(program: WebProgram, path: Path) -> int:
    """How many bytes of a file a browser is sent."""
    where = f"{program.base}/static/{path.relative_to(_STATIC).as_posix()}"
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "gzip"}
    with urlopen(Request(where, headers=headers)) as answer:
        return len(answer.read())


def _as_lists(measured: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """One list of each figure."""
    return {name: [each[name] for each in measured] for name in measured[0]}


class _ProcessorShare:
    """Processor time of some processes since it was made, in percent of one core."""

    def __init__(self, processes: Sequence[psutil.Process]) -> None:
        self._processes = processes
        self._started_at, self._used = time.perf_counter(), [_processor_seconds(each) for each in processes]

    def percent(self) -> list[float]:
        elapsed = time.perf_counter() - self._started_at
        used = [_processor_seconds(process) for process in self._processes]
        return [100 * (now - before) / elapsed for now, before in zip(used, self._used, strict=True)]


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _measure_clients(program: WebProgram, count: int, seconds: float) -> dict[str, float]:
    """What `count` clients of the protocol receive, and what they cost."""
    asked = time.monotonic()
    clients = [WebClient(program) for _ in range(count)]
    for client in clients:
        client.wait(lambda client=client: client.first_board_at is not None)  # type: ignore[misc]
    first_board = max(client.first_board_at or asked for client in clients) - asked
    before = [client.counts["board"] for client in clients]
    share, started_at = _ProcessorShare([program.server(), psutil.Process(program.pid)]), time.perf_counter()
    time.sleep(seconds)
    elapsed = time.perf_counter() - started_at
    server, host = share.percent()
    boards = [client.counts["board"] - old for client, old in zip(clients, before, strict=True)]
    for client in clients:
        client.close()
    return {
        "boards_per_second": min(boards) / elapsed,
        "server_percent_of_a_core": server,
        "host_percent_of_a_core": host,
        "first_board_ms": 1000 * first_board,
    }


def _measure_messages(program: WebProgram) -> dict[str, float]:
    """Mean sizes of the messages that are sent most, and of the state that comes first."""
    client = WebClient(program)
    client.wait(lambda: client.counts["board"] > 100 and client.counts["metrics"] > 10)
    sizes = {kind: client.num_bytes[kind] / client.counts[kind] for kind in ("board", "metrics", "sync")}
    client.close()
    return {
        "board_message_bytes": sizes["board"],
        "metrics_message_bytes": sizes["metrics"],
        "sync_message_bytes": sizes["sync"],
    }


def _training_lost(program: WebProgram, operator: WebClient) -> float:
    """Percent by which three clients slow a training at full speed: the median of turns with and without."""
    losses = []
    for turn in range(_TURNS):
        watched_first = turn % 2 == 0
        first, second = (
            _training_rate(program, operator, watched) for watched in (watched_first, not watched_first)
        )
        watched, unwatched = (first, second) if watched_first else (second, first)
        losses.append(100 * (1 - watched / unwatched))
    return statistics.median(losses)


def _training_rate(program: WebProgram, operator: WebClient, is_watched: bool) -> float:
    """Timesteps per second over one turn. The operator's own connection stays open in both cases."""
    clients = [WebClient(program) for _ in range(max(_COUNTS))] if is_watched else []
    time.sleep(0.5)
    started_at, timesteps = _next_timesteps(operator)
    time.sleep(_TURN_SECONDS)
    ended_at, more_timesteps = _next_timesteps(operator)
    for client in clients:
        client.close()
    return (more_timesteps - timesteps) / (ended_at - started_at)


def _next_timesteps(client: WebClient) -> tuple[float, int]:
    """(moment, timesteps) of the next figures."""
    seen = client.metrics["timesteps"]
    client.wait(lambda: client.metrics["timesteps"] != seen)
    return time.perf_counter(), int(client.metrics["timesteps"])


def _measure_commands(operator: WebClient, presses: int) -> dict[str, Any]:
    """Milliseconds from sending a pause, at random moments, until the server says that it is paused."""
    generator = random.Random(1)
    milliseconds = []
    for _ in range(presses):
        time.sleep(0.02 + 0.1 * generator.random())
        started_at = time.perf_counter()
        operator.command("pause")
        operator.wait_for_status("paused")
        milliseconds.append(1000 * (time.perf_counter() - started_at))
        operator.command("resume")
        operator.wait_for_status("running")
    milliseconds.sort()
    return {
        "command_p50_ms": statistics.median(milliseconds),
        "command_p99_ms": milliseconds[min(presses - 1, presses * 99 // 100)],
        "commands": presses,
    }


def _measure_pages(program: WebProgram, seconds: float) -> dict[str, Any]:
    """The same in real pages, if there is a browser."""
    missing = why_no_browser()
    if missing is not None:
        return {"pages": f"not measured: {missing}"}
    with open_browser() as browser:
        measured = [_measure_open_pages(browser, program, count, seconds) for count in _COUNTS]
    return {"pages": list(_COUNTS), **_as_lists(measured)}


def _measure_open_pages(
    browser: Browser, program: WebProgram, count: int, seconds: float
) -> dict[str, float]:
    with ExitStack() as stack:
        meters = []
        for _ in range(count):
            page = open_page(browser, program)
            stack.callback(page.context.close)
            meters.append(PageMeter(page))
        before = [meter.count() for meter in meters]
        share, started_at = _ProcessorShare([program.server()]), time.perf_counter()
        page.wait_for_timeout(1000 * seconds)  # Unlike `sleep`, it lets messages be counted.
        elapsed = time.perf_counter() - started_at
        (server,) = share.percent()
        counted = [
            (received - old_received, drawn - old_drawn)
            for meter, (old_received, old_drawn) in zip(meters, before, strict=True)
            for received, drawn in (meter.count(),)
        ]
        first_board = max(meter.first_board_seconds for meter in meters)
    return {
        "page_boards_received_per_second": min(received for received, _ in counted) / elapsed,
        "page_boards_drawn_per_second": min(drawn for _, drawn in counted) / elapsed,
        "page_server_percent_of_a_core": server,
        "page_first_board_seconds": first_board,
    }
