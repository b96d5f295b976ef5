"""Slow work on files, done in a thread so that no frame waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tetris_arcade.languages import _
from tetris_arcade.process.threads import try_to_start
from tetris_arcade.storage.errors import StorageError, describe_os_error
from tetris_arcade.ui.widgets.toast import Notify, Severity


class BackgroundJobs:
    """Runs one job at a time for the whole window.

    The sentence that a job returns, or the reason why it failed, is shown over whatever screen is open when
    it ends.
    """

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._thread: threading.Thread | None = None
        self._name = ""
        self._on_end: Callable[[], None] | None = None
        self._outcome: tuple[str, Severity] = ("", "error")

    @property
    def current(self) -> str | None:
        """The name of the running job; None if there is none."""
        return None if self._thread is None else self._name

    def start(self, name: str, job: Callable[[], str], on_end: Callable[[], None] | None = None) -> None:
        """Run a job unless another one is running; `update` calls `on_end` afterwards.

        name: what the job does, such as "Exporting champion".
        """
        if self._thread is not None:
            self._notify(_("Please wait: {name}").format(name=self._name), "warning")
            return
        self._name, self._on_end = name, on_end
        self._outcome = (
            _("{name} failed").format(name=name),
            "error",
        )  # for an exception that `_run` does not expect
        self._thread = threading.Thread(target=self._run, args=(job,), name=name)
        if not try_to_start(self._thread):
            self._run(job)  # The window waits for it.

    def update(self) -> None:
        """Show the outcome of a job that has ended; call this once per frame."""
        if self._thread is None or self._thread.is_alive():
            return
        self._thread = None
        self._notify(*self._outcome)
        if self._on_end is not None:
            self._on_end()

    def _run(self, job: Callable[[], str]) -> None:
        try:
            self._outcome = (job(), "success")
        except (StorageError, OSError, ValueError) as error:
            self._outcome = (describe_os_error(error), "error")
