"""Sentences for the screen: what the worker is doing and what happened to it."""

from __future__ import annotations

import signal

from tetris_arcade.worker.shared.messages import Stage, Task, WorkerState

_STATES = {
    WorkerState.STARTING: "The {noun} is starting.",
    WorkerState.RUNNING: "The {noun} is running.",
    WorkerState.PAUSED: "The {noun} is paused.",
    WorkerState.SAVING: "The {noun} is saving.",
    WorkerState.STOPPING: "The {noun} is saving and stopping.",
}
_SIGKILL = 9  # Windows has no signal.SIGKILL.
_NAMED_SIGNALS = frozenset(-number for number in signal.Signals)
_MAX_REASON_LENGTH = 200


def status(task: Task, state: WorkerState, stage: Stage | None) -> str:
    """What a running worker is doing."""
    if state is WorkerState.STARTING and stage is not None:
        return f"The {task.noun} is starting: {stage.name}, {stage.fraction:.0%}."
    return _STATES.get(state, "").format(noun=task.noun)


def stopped(task: Task | None, reason: str) -> str:
    """A task ended as intended."""
    noun = task.noun if task is not None else "worker"
    return f"The {noun} has ended{': ' + reason if reason else ''}."


def died(task: Task, exit_code: int | None, startup_errors: str = "") -> str:
    """A process ended without a report; `startup_errors` is what it wrote before its work started."""
    if exit_code == -_SIGKILL:
        return f"The {task.noun} was killed by the system, perhaps because memory ran out."
    if reason := _last_error(startup_errors):
        return start_failed(task, reason)
    reason = f": {describe_exit(exit_code)}" if exit_code in _NAMED_SIGNALS else ""
    return f"The {task.noun} ended unexpectedly{reason}."


def _last_error(text: str) -> str:
    """The last line of an interpreter's or library's messages that is neither indented nor a heading."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if not line.startswith(" ") and not line.endswith(":")]
    reason = "".join(character for character in "".join(errors[-1:]) if character.isprintable())
    return reason[:_MAX_REASON_LENGTH].rstrip(". ")


def describe_exit(exit_code: int | None) -> str:
    """How a process ended, for the log."""
    if exit_code is None or exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return f"signal {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"signal {-exit_code}"


def crashed(task: Task, error: Exception) -> str:
    """A task raised an exception."""
    # Torch raises a RuntimeError with a source line, an address and a number of bytes.
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return f"The {task.noun} has run out of memory."
    return f"The {task.noun} failed: {type(error).__name__}: {error}"


def stalled(task: Task, seconds: float) -> str:
    """A process was killed because it did not respond."""
    return f"The {task.noun} did not respond for {seconds:.0f} seconds and was ended."


def not_started(task: Task, error: OSError) -> str:
    """The system could not start a process."""
    return start_failed(task, error.strerror or str(error))


def start_failed(task: Task, reason: str) -> str:
    """A process failed before its task could start."""
    return f"The {task.noun} could not be started: {reason}."


def restarting(failure: str, seconds: int) -> str:
    """What failed, and when the restart is."""
    return f"{failure} Restarting {'now' if seconds <= 0 else f'in {seconds} s'}."


def killed_while_stopping(task: Task) -> str:
    """A process was asked to stop and did not."""
    return f"The {task.noun} did not stop in time and was ended; the last complete save is kept."
