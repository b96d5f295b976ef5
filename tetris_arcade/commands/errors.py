"""How a command fails: a sentence for the user, and the exit code that the contract gives it."""

from __future__ import annotations

DONE, FAILED, MISUSED = 0, 1, 2


class CommandError(Exception):
    """The command cannot be done; `exit_code` is MISUSED for a bad argument or unknown slot, else FAILED."""

    def __init__(self, sentence: str, exit_code: int = FAILED) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
