"""What works in the background while the table of models is used."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.pilot import Pilot
from tests.scenes.models.driver import TIMEOUT_SECONDS, act, wait_until
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.models import scene as models_module
from tetris_arcade.scenes.models.scene import ModelsScene


@pytest.fixture
def blocked_export(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Exports that last until the event is set."""
    may_end = threading.Event()
    monkeypatch.setattr(
        models_module, "export", lambda *_: "Exported" if may_end.wait(TIMEOUT_SECONDS) else ""
    )
    yield may_end
    may_end.set()


def test_screen_works_during_an_export(pilot: Pilot, blocked_export: threading.Event) -> None:
    act(pilot, "champion", "Export to a file")
    assert pilot.sees("Exporting champion...")
    pilot.press("down", "f1", "f1")
    act(pilot, "bcts", "Duel")
    act(pilot, "stacker", "Export to a file")
    assert pilot.sees("Please wait: Exporting champion")
    blocked_export.set()
    wait_until(pilot, lambda: pilot.app.context.jobs.current is None)
    assert "Exported" in pilot.texts()


def test_job_ends_with_a_message_on_another_screen(pilot: Pilot, blocked_export: threading.Event) -> None:
    pilot.app.apply(Push(ModelsScene(pilot.app.context)))
    act(pilot, "champion", "Export to a file")
    pilot.press("escape")
    assert "Exported" not in pilot.texts()
    blocked_export.set()
    wait_until(pilot, lambda: "Exported" in pilot.texts())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_unexpected_error_ends_the_job(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_module, "export", lambda *_: [][1])
    act(pilot, "champion", "Export to a file")
    wait_until(pilot, lambda: pilot.sees("Exporting champion failed"))
