"""Slow work on files, done in a thread so that no frame waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tetris_arcade.storage.errors import StorageError, describe_os_error
from tetris_arcade.ui.widgets.toast import Notify, Severity


class BackgroundJobs:
    """One for the life of the window, one piece of work at a time. The sentence that each returns, or why it
    failed, is told, whatever screen is open by then."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._thread: threading.Thread | None = None
        self._what = ""
        self._then: Callable[[], None] | None = None
        self._outcome: tuple[str, Severity] = ("", "error")

    @property
    def what(self) -> str | None:
        """What is being done; None where nothing is."""
        return None if self._thread is None else self._what

    def begin(self, what: str, action: Callable[[], str], then: Callable[[], None] | None = None) -> None:
        """Do this beside the screen, unless something else is still being done; `then` is called afterwards,
        from `update`."""
        if self._thread is not None:
            self._notify(f"still {self._what}", "warning")
            return
        self._what, self._then = what, then
        self._outcome = (f"{what} failed", "error")  # until it is known better
        self._thread = threading.Thread(target=self._run, args=(action,), name=what)
        self._thread.start()

    def update(self) -> None:
        """Tell what came of an errand that has ended."""
        if self._thread is None or self._thread.is_alive():
            return
        self._thread = None
        self._notify(*self._outcome)
        if self._then is not None:
            self._then()

    def _run(self, action: Callable[[], str]) -> None:
        try:
            self._outcome = (action(), "success")
        except (StorageError, OSError, ValueError) as error:
            self._outcome = (describe_os_error(error), "error")
