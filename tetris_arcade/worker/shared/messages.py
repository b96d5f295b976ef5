"""What crosses between the viewer and a worker: tasks, commands and reports, as plain frozen data."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.training import TrainConfig


class WorkerState(enum.IntEnum):
    """What the worker is doing, as the screen tells it."""

    IDLE = 0
    STARTING = 1
    RUNNING = 2
    PAUSED = 3
    SAVING = 4
    STOPPING = 5
    STOPPED = 6
    FAILED = 7
    RESTARTING = 8


# --- Tasks: what a child process is started for -----------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """What every task has.

    runner: "module:function" of the function that does it in the child, called with (task, paths, channel).
    noun: how sentences on the screen call the process.
    is_restarted: whether a process that died or fell silent is started again.
    speed: moves per second, None = unthrottled. visuals: whether boards are published and paced.
    paused: whether it begins paused.
    """

    runner: ClassVar[str]
    noun: ClassVar[str]
    is_restarted: ClassVar[bool] = True

    speed: float | None = field(default=None, kw_only=True)
    visuals: bool = field(default=True, kw_only=True)
    paused: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        _check_speed(self.speed)

    def resumed(self) -> Task:
        """The task that a process started anew, after one that was already at work, is given."""
        return self


@dataclass(frozen=True)
class TrainTask(Task):
    """Train; `resume` goes on from the checkpoint `latest`. `is_restart`: it does so after a fault."""

    runner: ClassVar[str] = "tetris_arcade.worker.child.train_task:run_train_task"
    noun: ClassVar[str] = "trainer"

    config: TrainConfig = field(default_factory=TrainConfig)
    resume: bool = False
    is_restart: bool = False

    def resumed(self) -> TrainTask:
        return replace(self, resume=True, is_restart=True)


@dataclass(frozen=True)
class PlayTask(Task):
    """Play games with one player (demo), or with two side by side on the same pieces (duel).

    players: slots, checkpoints, reference players or paths, as `load_player` takes them.
    env: the game; `env.max_pieces` ends a game that a good player would never lose.
    """

    runner: ClassVar[str] = "tetris_arcade.worker.child.play_task:run_play_task"
    noun: ClassVar[str] = "player"

    players: tuple[str, ...] = ("champion",)
    env: EnvConfig = field(default_factory=lambda: EnvConfig(max_pieces=2_500))
    seed: int = 0
    lookahead: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_players(self.players)


@dataclass(frozen=True)
class EvaluateTask(Task):
    """Measure a player over many games, without showing them: by default on a low board with uniform pieces,
    where games end and players differ.

    is_kept: whether the figures are written into the metadata of a slot of the user's own.
    """

    runner: ClassVar[str] = "tetris_arcade.worker.child.evaluate_task:run_evaluate_task"
    noun: ClassVar[str] = "evaluation"
    is_restarted: ClassVar[bool] = False

    slot: str = "champion"
    games: int = 50
    max_pieces: int | None = 50_000
    pieces: str = "uniform"
    height: int = 10
    lookahead: bool = False
    seed: int = 77
    is_kept: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.games < 1:
            raise ValueError(f"games must be at least 1, got {self.games}")


# --- Commands: viewer to worker ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Pause:
    """Stand still, keeping everything in memory."""


@dataclass(frozen=True)
class Resume:
    """Go on."""


@dataclass(frozen=True)
class Step:
    """While paused: one move."""


@dataclass(frozen=True)
class SetSpeed:
    """Moves per second of each shown board; None = unthrottled."""

    pieces_per_second: float | None

    def __post_init__(self) -> None:
        _check_speed(self.pieces_per_second)


@dataclass(frozen=True)
class SetVisuals:
    """Whether boards are published and paced."""

    on: bool


@dataclass(frozen=True)
class Save:
    """Write the checkpoint `latest` now."""


@dataclass(frozen=True)
class SaveSlot:
    """Save the present model to a slot."""

    name: str


@dataclass(frozen=True)
class Stop:
    """Save `latest` and end."""


@dataclass(frozen=True)
class NewGame:
    """Start new games: under another task or from another seed where they are not None."""

    env: EnvConfig | None = None
    seed: int | None = None


@dataclass(frozen=True)
class SetLookahead:
    """Whether players look one piece ahead."""

    on: bool


@dataclass(frozen=True)
class SetPlayers:
    """Other players take over, in new games; as many as before or not."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_players(self.names)


@dataclass(frozen=True)
class SaveGame:
    """Keep the game that is played, as far as it is, in a file; where it has hardly begun, the one before."""


@dataclass(frozen=True)
class Seek:
    """Go to where so many pieces of a kept game have been placed, back or forward."""

    pieces: int

    def __post_init__(self) -> None:
        if self.pieces < 0:
            raise ValueError(f"pieces must not be negative, got {self.pieces}")


LevelCommand = Pause | Resume | Step | SetSpeed | SetVisuals | Stop
"""Commands that set a cell in shared memory: never lost, obeyed at once, in force after a restart too."""
QueuedCommand = Save | SaveSlot | NewGame | SetLookahead | SetPlayers | SaveGame | Seek
Command = LevelCommand | QueuedCommand


# --- Reports: worker to viewer, rare facts ----------------------------------------------------------------

SaveKind = Literal["latest", "best", "final", "slot"]


@dataclass(frozen=True)
class Stage:
    """Start-up progress: what it is at (importing, compiling, building, loading) and 0..1 of it."""

    name: str
    fraction: float


@dataclass(frozen=True)
class Started:
    """Start-up is over, the work has begun."""


GOAL_REACHED = "its goal is reached"
"""Why a training stopped, where that is so."""


@dataclass(frozen=True)
class Stopped:
    """The task ended as it should: because it was asked to, or because it was done."""

    reason: str


@dataclass(frozen=True)
class NewBest:
    """A game (or, for a checkpoint, an evaluation) better than any before."""

    lines: float
    timesteps: int


@dataclass(frozen=True)
class Saved:
    """A checkpoint (name = its kind) or a slot is on disk, whole."""

    kind: SaveKind
    name: str


@dataclass(frozen=True)
class SaveFailed:
    """A save did not come about; the work goes on."""

    reason: str


@dataclass(frozen=True)
class Warned:
    """Something that the user should know; the work goes on."""

    text: str


@dataclass(frozen=True)
class Failed:
    """The task broke off. `is_final` where trying again would be no use (an unknown slot, a damaged file)."""

    reason: str
    traceback: str
    is_final: bool = False


@dataclass(frozen=True)
class GameEnded:
    """A game of a player is over; side 0 is left.

    seed: the game's, the same on both sides of a duel. Of hundreds of games a second not all are told.
    """

    side: int
    lines: int
    pieces: int
    score: int
    seed: int = 0


@dataclass(frozen=True)
class Evaluated:
    """The result of an EvaluateTask."""

    slot: str
    evaluation: Evaluation


@dataclass(frozen=True)
class GameSaved:
    """A game is kept in the file of this name, in the folder of records."""

    file_name: str
    lines: int
    pieces: int


@dataclass(frozen=True)
class Progress:
    """How much of an evaluation is done, 0..1."""

    fraction: float


Report = (
    Stage
    | Started
    | Stopped
    | NewBest
    | Saved
    | SaveFailed
    | Warned
    | Failed
    | GameEnded
    | Evaluated
    | GameSaved
    | Progress
)


def _check_speed(speed: float | None) -> None:
    if speed is not None and not 0.01 <= speed <= 1e6:
        raise ValueError(f"speed must be 0.01..1000000 pieces per second or None, got {speed}")


def _check_players(names: tuple[str, ...]) -> None:
    if not 1 <= len(names) <= 2:
        raise ValueError(f"one or two players can play, got {len(names)}")
