"""What goes over a link: commands to the host; the state of its workers and their reports to the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_args

from tetris_arcade.config.changes import MAX_NOTE_CHARACTERS
from tetris_arcade.config.plain_data import DataValidationError, from_plain, shorten_for_message, to_plain
from tetris_arcade.remote.speed_scale import speed_from_scale
from tetris_arcade.worker.shared.messages import (
    AddNote,
    Command,
    EvaluateTask,
    Failed,
    IdleTask,
    NewGame,
    Pause,
    PlayTask,
    Report,
    Resume,
    Save,
    SaveSlot,
    Seek,
    SetHyperparameter,
    SetInStep,
    SetLookahead,
    SetSpeed,
    SetVisuals,
    Stage,
    Step,
    Stop,
    Task,
    TrainTask,
    WorkerState,
)
from tetris_arcade.worker.viewer.client import WorkerClient

WATCH = "watch"
"""The command with which a link says whether somebody watches; it is not for the host."""
_MAX_SPEED = 100_000.0
_MAX_NAME_CHARACTERS = 200
_MAX_PIECES = 2**53


class RefusedError(Exception):
    """The host does not obey a command; the message is a sentence for the user.

    code: "invalid" (the command itself is wrong), "unknown" (there is no such model), "taken" (the name is),
    "busy" (something else is running, or nothing is), or "refused".
    """

    def __init__(self, message: str, code: str = "refused") -> None:
        super().__init__(message)
        self.code = code


# --- Commands: to the host ---


@dataclass(frozen=True)
class StartTraining:
    """Start a training. config: the fields of TrainConfig that differ from the usual ones, as plain data.

    resume: continue the saved run.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    resume: bool = False


@dataclass(frozen=True)
class StartDemo:
    """Let a model play."""

    slot: str


@dataclass(frozen=True)
class TakeScreenshot:
    """Send a picture of the window."""


RemoteCommand = Command | StartTraining | StartDemo | TakeScreenshot


def parse_command(message: Mapping[str, Any]) -> RemoteCommand:
    """The command that a message holds; raises RefusedError, naming the wrong field."""
    name = message.get("command")
    if not isinstance(name, str) or name not in _PARSERS:
        raise RefusedError(f"There is no command {shorten_for_message(name)}.", "invalid")
    try:
        return _PARSERS[name](_Fields(message))
    except ValueError as error:
        raise RefusedError(f"{name}: {error}.", "invalid") from error


def command_message(command: RemoteCommand) -> dict[str, Any]:
    """The inverse of `parse_command`."""
    match command:
        case SetVisuals(on):
            return {"command": "set_mode", "visual": on}
        case SetInStep(on):
            return {"command": "in_step", "on": on}
        case SetSpeed(speed):
            return {"command": "set_speed", "pieces_per_second": speed}
        case SaveSlot(name, overwrite):
            return {"command": "save_slot", "slot_name": name, "overwrite": overwrite}
        case SetHyperparameter(name, value):
            return {"command": "set_hyperparameter", "name": name, "value": value}
        case AddNote(text):
            return {"command": "add_note", "text": text}
        case NewGame(_, seed):
            return {"command": "new_game"} if seed is None else {"command": "new_game", "seed": seed}
        case SetLookahead(on):
            return {"command": "lookahead", "on": on}
        case Seek(pieces):
            return {"command": "seek", "pieces": pieces}
        case StartTraining(config, resume):
            return {"command": "start", "config": config, "resume": resume}
        case StartDemo(slot):
            return {"command": "start_demo", "slot": slot}
    return {"command": _PLAIN_NAMES[type(command)]}


class _Fields:
    """The fields of a command, each checked when it is read."""

    def __init__(self, message: Mapping[str, Any]) -> None:
        self._message = message

    def __contains__(self, name: str) -> bool:
        return name in self._message

    def boolean(self, name: str, default: bool | None = None) -> bool:
        value = self._message.get(name, default)
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false, got {shorten_for_message(value)}")
        return value

    def number(self, name: str) -> float | None:
        value = self._message.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{name} must be a number or null, got {shorten_for_message(value)}")
        return float(value)

    def count(self, name: str) -> int:
        value = self._message.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_PIECES:
            raise ValueError(f"{name} must be a whole number from 0, got {shorten_for_message(value)}")
        return value

    def text(self, *names: str, max_characters: int = _MAX_NAME_CHARACTERS) -> str:
        value = next((self._message[name] for name in names if name in self._message), None)
        if not isinstance(value, str) or not value.strip() or len(value) > max_characters:
            raise ValueError(f"{names[0]} must be a name, got {shorten_for_message(value)}")
        return value

    def table(self, name: str) -> Mapping[str, Any]:
        value = self._message.get(name, {})
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} must be a table, got {shorten_for_message(value)}")
        return value


def _parse_speed(fields: _Fields) -> SetSpeed:
    if "pieces_per_second" in fields:
        speed = fields.number("pieces_per_second")
        if speed is not None and not 0.1 <= speed <= _MAX_SPEED:
            raise ValueError(f"pieces_per_second must be 0.1..{_MAX_SPEED:.0f} or null, got {speed:g}")
        return SetSpeed(speed)
    if "speed" not in fields:
        raise ValueError("speed is missing")
    scale = fields.number("speed")
    return SetSpeed(None if scale is None else speed_from_scale(scale))


def _parse_hyperparameter(fields: _Fields) -> SetHyperparameter:
    value = fields.number("value")
    if value is None:
        raise ValueError("value is missing")
    return SetHyperparameter(fields.text("name"), value)


_PLAIN: dict[str, RemoteCommand] = {
    "stop": Stop(),
    "pause": Pause(),
    "resume": Resume(),
    "step": Step(),
    "save": Save(),
    "screenshot": TakeScreenshot(),
}
"""Commands without fields."""
_PLAIN_NAMES = {type(command): name for name, command in _PLAIN.items()}


def _always(command: RemoteCommand) -> Callable[[_Fields], RemoteCommand]:
    return lambda _fields: command


_PARSERS: dict[str, Callable[[_Fields], RemoteCommand]] = {
    **{name: _always(command) for name, command in _PLAIN.items()},
    "start": lambda fields: StartTraining(fields.table("config"), fields.boolean("resume", default=False)),
    "set_mode": lambda fields: SetVisuals(fields.boolean("visual")),
    "set_speed": _parse_speed,
    "in_step": lambda fields: SetInStep(fields.boolean("on")),
    "save_slot": lambda fields: SaveSlot(
        fields.text("slot_name", "name"), fields.boolean("overwrite", default=False)
    ),
    "new_game": lambda fields: NewGame(seed=fields.count("seed") if "seed" in fields else None),
    "lookahead": lambda fields: SetLookahead(fields.boolean("on")),
    "set_hyperparameter": _parse_hyperparameter,
    "add_note": lambda fields: AddNote(fields.text("text", max_characters=MAX_NOTE_CHARACTERS)),
    "seek": lambda fields: Seek(fields.count("pieces")),
    "start_demo": lambda fields: StartDemo(fields.text("slot")),
}

COMMANDS = frozenset(_PARSERS)


# --- State and reports: from the host ---


@dataclass(frozen=True)
class WorkerStatus:
    """What a worker of the host is doing. message: for the screen. stage: the progress of its start-up.

    generation: changes whenever its telemetry is cleared; what was read before belongs to another task.
    """

    state: WorkerState = WorkerState.IDLE
    message: str = ""
    stage: Stage | None = None
    task: Task | None = None
    generation: int = 0

    @classmethod
    def from_client(cls, client: WorkerClient) -> WorkerStatus:
        return cls(client.state, client.message, client.stage, client.task, client.generation)

    @property
    def is_busy(self) -> bool:
        """Whether a task is being done, or will be without a further command."""
        return self.state not in (WorkerState.IDLE, WorkerState.STOPPED, WorkerState.FAILED)


_TASKS: dict[str, type[Task]] = {
    kind.__name__: kind for kind in (TrainTask, PlayTask, EvaluateTask, IdleTask)
}
_REPORTS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Report)}


def status_message(source: str, status: WorkerStatus) -> dict[str, Any]:
    """A status as a message; `decode_status` is the inverse."""
    stage, task = status.stage, status.task
    return {
        "type": "status",
        "source": source,
        "state": status.state.name,
        "message": status.message,
        "stage": None if stage is None else to_plain(stage),
        "task": None if task is None else {"kind": type(task).__name__, **_to_fields(task)},
        "generation": status.generation,
    }


def report_message(source: str, report: Report) -> dict[str, Any]:
    """A report as a message, without a traceback; `decode_report` is the inverse."""
    if isinstance(report, Failed):
        report = replace(report, details="")
    return {"type": "report", "source": source, "kind": type(report).__name__, "fields": _to_fields(report)}


def _to_fields(value: Task | Report) -> dict[str, Any]:
    """The fields as plain data, also those that are None: it need not be their default."""
    return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}


def decode_status(message: Mapping[str, Any]) -> WorkerStatus:
    """The status that a message holds; raises ValueError if it holds none."""
    try:
        stage = message["stage"]
        return WorkerStatus(
            WorkerState[message["state"]],
            str(message["message"]),
            None if stage is None else from_plain(Stage, stage),
            _decode_task(message["task"]),
            int(message["generation"]),
        )
    except (KeyError, TypeError) as error:
        raise DataValidationError(f"a status is not complete: {error}") from error


def decode_report(message: Mapping[str, Any]) -> Report | None:
    """The report that a message holds; None if this version does not know it."""
    kind = _REPORTS.get(str(message.get("kind")))
    try:
        return None if kind is None else from_plain(kind, message.get("fields"))
    except ValueError:
        return None


def _decode_task(plain: Any) -> Task | None:
    if plain is None:
        return None
    fields = dict(plain)
    kind = _TASKS.get(fields.pop("kind", ""))
    return None if kind is None else from_plain(kind, fields)
