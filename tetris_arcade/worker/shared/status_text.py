"""Sentences for the screen: what the worker is doing and what happened to it."""

from __future__ import annotations

import re
import signal

from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.worker.shared.messages import Stage, Task, WorkerState

_STATES = {
    WorkerState.STARTING: N_("The {noun} is starting."),
    WorkerState.RUNNING: N_("The {noun} is running."),
    WorkerState.PAUSED: N_("The {noun} is paused."),
    WorkerState.SAVING: N_("The {noun} is saving."),
    WorkerState.STOPPING: N_("The {noun} is saving and stopping."),
}
_ENDED, _ENDED_BECAUSE = N_("The {noun} has ended."), N_("The {noun} has ended: {reason}.")
_KILLED = N_("The {noun} was killed by the system, perhaps because memory ran out.")
_LOST, _LOST_BECAUSE = N_("The {noun} ended unexpectedly."), N_("The {noun} ended unexpectedly: {reason}.")
_OUT_OF_MEMORY = N_("The {noun} has run out of memory.")
_STALLED = N_("The {noun} did not respond for {seconds} seconds and was ended.")
_NOT_STARTED = N_("The {noun} could not be started: {reason}.")
_STUCK = N_("The {noun} did not stop in time and was ended; the last complete save is kept.")
_NOUNS = (N_("training"), N_("player"), N_("evaluation"))
"""Those of the tasks, for the catalogues."""
_ENDS = (
    _ENDED,
    _ENDED_BECAUSE,
    _KILLED,
    _LOST,
    _LOST_BECAUSE,
    _OUT_OF_MEMORY,
    _STALLED,
    _NOT_STARTED,
    _STUCK,
)
_SIGKILL = 9  # Windows has no signal.SIGKILL.
_NAMED_SIGNALS = frozenset(-number for number in signal.Signals)
_MAX_REASON_LENGTH = 200


def status(task: Task, state: WorkerState, stage: Stage | None) -> str:
    """What a running worker is doing."""
    if state is WorkerState.STARTING and stage is not None:
        return _("The {noun} is starting: {stage}, {share}.").format(
            noun=_(task.noun), stage=stage.name, share=format_number(stage.fraction, ".0%")
        )
    return _(_STATES.get(state, "")).format(noun=_(task.noun))


def stopped(task: Task | None, reason: str) -> str:
    """A task ended as intended."""
    noun = _(task.noun if task is not None else N_("worker"))
    if not reason:
        return _(_ENDED).format(noun=noun)
    return _(_ENDED_BECAUSE).format(noun=noun, reason=reason)


def translate(sentence: str) -> str:
    """A sentence of this module from a process that speaks English, in the language that is spoken here."""
    for text in (*_STATES.values(), *_ENDS):
        fields = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text)), sentence)
        if fields is not None:
            return _(text).format(**{name: _(value) for name, value in fields.groupdict().items()})
    return sentence


def died(task: Task, exit_code: int | None, startup_errors: str = "") -> str:
    """A process ended without a report; `startup_errors` is what it wrote before its work started."""
    if exit_code == -_SIGKILL:
        return _(_KILLED).format(noun=_(task.noun))
    if reason := _last_error(startup_errors):
        return start_failed(task, reason)
    if exit_code in _NAMED_SIGNALS:
        return _(_LOST_BECAUSE).format(noun=_(task.noun), reason=describe_exit(exit_code))
    return _(_LOST).format(noun=_(task.noun))


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
        return _(_OUT_OF_MEMORY).format(noun=_(task.noun))
    return _("The {noun} failed: {kind}: {error}").format(
        noun=_(task.noun), kind=type(error).__name__, error=error
    )


def stalled(task: Task, seconds: float) -> str:
    """A process was killed because it did not respond."""
    return _(_STALLED).format(noun=_(task.noun), seconds=format_number(seconds, ".0f"))


def not_started(task: Task, error: OSError) -> str:
    """The system could not start a process."""
    return start_failed(task, error.strerror or str(error))


def start_failed(task: Task, reason: str) -> str:
    """A process failed before its task could start."""
    return _(_NOT_STARTED).format(noun=_(task.noun), reason=reason)


def restarting(failure: str, seconds: int) -> str:
    """What failed, and when the restart is."""
    if seconds <= 0:
        return _("{failure} Restarting now.").format(failure=failure)
    return _("{failure} Restarting in {seconds} s.").format(failure=failure, seconds=seconds)


def killed_while_stopping(task: Task) -> str:
    """A process was asked to stop and did not."""
    return _(_STUCK).format(noun=_(task.noun))
