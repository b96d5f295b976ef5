"""Exit codes, and the error that carries one with a sentence for the user."""

from __future__ import annotations

DONE, FAILED, MISUSED = 0, 1, 2


class CommandError(Exception):
    """The command failed; `exit_code` is MISUSED for a bad argument or unknown slot, else FAILED."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code
