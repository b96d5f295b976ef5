"""The sentences that tell on the screen what the worker does and what happened to it."""

from __future__ import annotations

import signal

from tetris_arcade.worker.shared.messages import Stage, Task, WorkerState

_AT_WORK = {
    WorkerState.STARTING: "Starting the {noun}.",
    WorkerState.RUNNING: "The {noun} is at work.",
    WorkerState.PAUSED: "The {noun} is paused.",
    WorkerState.SAVING: "The {noun} is saving.",
    WorkerState.STOPPING: "The {noun} is saving and ending.",
}


def status(task: Task, state: WorkerState, stage: Stage | None) -> str:
    """What a worker that runs is doing."""
    if state is WorkerState.STARTING and stage is not None:
        return f"Starting the {task.noun}: {stage.name}, {stage.fraction:.0%}."
    return _AT_WORK.get(state, "").format(noun=task.noun)


def stopped(task: Task | None, reason: str) -> str:
    """How a task came to its end."""
    noun = task.noun if task is not None else "worker"
    return f"The {noun} has ended{': ' + reason if reason else ''}."


def died(task: Task, exit_code: int | None) -> str:
    """What can be said of a process that ended without a word."""
    if exit_code is None or exit_code >= 0:
        return f"The {task.noun} ended unexpectedly (exit code {exit_code})."
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    guess = ", perhaps for want of memory" if name == "SIGKILL" else ""
    return f"The {task.noun} was ended by the system ({name}{guess})."


def crashed(task: Task, error: Exception) -> str:
    """What a fault of its own was; the traceback is for the log."""
    # torch says it by a RuntimeError with a source line, an address and a number of bytes.
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return f"The {task.noun} has run out of memory."
    return f"The {task.noun} failed: {type(error).__name__}: {error}"


def stalled(task: Task, seconds: float) -> str:
    """Why a process that does nothing any more was ended."""
    return f"The {task.noun} gave no sign of life for {seconds:.0f} seconds and was ended."


def not_started(task: Task, error: OSError) -> str:
    """Why there is no process."""
    return f"The {task.noun} could not be started: {error.strerror or error}."


def restarting(failure: str, seconds: int) -> str:
    """What happened, and what comes."""
    return f"{failure} Starting again {'now' if seconds <= 0 else f'in {seconds} s'}."


def killed_while_stopping(task: Task) -> str:
    """What became of a process that was asked to stop and did not."""
    return f"The {task.noun} did not end in time and was ended; the last whole checkpoint stands."
