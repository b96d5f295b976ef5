"""What a person does on the screen of models."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.pilot import Pilot

SIZE = (1280, 720)
SHIPPED = {"champion", "stacker"}
REFERENCE = {"dellacherie", "bcts", "random"}
TIMEOUT_SECONDS = 20.0


def names(pilot: Pilot) -> set[str]:
    return {row.name for row in pilot.app.top._table.rows}  # type: ignore[attr-defined]


def select(pilot: Pilot, name: str) -> None:
    table = pilot.app.top._table  # type: ignore[attr-defined]
    distance = [row.name for row in table.rows].index(name) - table.chosen
    pilot.press(*["down" if distance > 0 else "up"] * abs(distance))


def act(pilot: Pilot, name: str, label: str) -> None:
    """Open a model's menu and choose an action."""
    select(pilot, name)
    pilot.press("return")
    pilot.choose(label)


def wait_until(pilot: Pilot, is_true: Callable[[], bool]) -> None:
    """Let frames pass while a job is running in its thread."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"timeout: {pilot.texts()}"
        pilot.send()
        time.sleep(0.005)
