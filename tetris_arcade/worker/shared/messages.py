"""Messages between the viewer and a worker: tasks, commands and reports, as frozen dataclasses."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from tetris_arcade.config.changes import Change, Note
from tetris_arcade.config.env import NUM_COLS, EnvConfig
from tetris_arcade.config.evaluation import STANDARD_TEST, STANDARD_TEST_SEED, Evaluation
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.game_review import GameReview, PlacedPiece, RatedPlacement
from tetris_arcade.config.machine_levels import Handicap
from tetris_arcade.config.training import TrainConfig


class WorkerState(enum.IntEnum):
    """What the worker is doing, as the viewer sees it."""

    IDLE = 0
    STARTING = 1
    RUNNING = 2
    PAUSED = 3
    SAVING = 4
    STOPPING = 5
    STOPPED = 6
    FAILED = 7
    RESTARTING = 8


# --- Tasks: what a child process is started for ---


@dataclass(frozen=True)
class Task:
    """Base class of all tasks.

    runner: "module:function" that does the task in the child, called with (task, paths, channel).
    noun: what messages to the user call the work.
    restarts_on_failure: whether a process that died or stalled is restarted.
    shares_process: whether its process can run another such task without being restarted.
    speed: moves per second, None = unthrottled. visuals: whether boards are published and paced.
    paused: whether the task starts paused.
    """

    runner: ClassVar[str]
    noun: ClassVar[str]
    restarts_on_failure: ClassVar[bool] = True
    shares_process: ClassVar[bool] = False

    speed: float | None = field(default=None, kw_only=True)
    visuals: bool = field(default=True, kw_only=True)
    paused: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        _check_speed(self.speed)

    def resumed(self) -> Task:
        """The task for the process that replaces one that failed after its start-up."""
        return self


@dataclass(frozen=True)
class TrainTask(Task):
    """Train.

    resume: continue from the checkpoint `latest`, or the run that was set aside as number `kept_run`.
    is_restart: it does so after a failure, or unattended. start_from: the model with whose network a new run
    starts.
    """

    runner: ClassVar[str] = "tetris_arcade.worker.child.train_task:run_train_task"
    noun: ClassVar[str] = "training"

    config: TrainConfig = field(default_factory=TrainConfig)
    resume: bool = False
    is_restart: bool = False
    kept_run: int | None = None
    start_from: str | None = None

    def resumed(self) -> TrainTask:
        return replace(self, resume=True, is_restart=True, kept_run=None)


@dataclass(frozen=True)
class PlayTask(Task):
    """Play games with one player (demo), or with two side by side on the same pieces (duel).

    One player's games follow each other; a duel waits for `NewGame` when a game is decided.

    players: slots, checkpoints, reference players or paths, as `load_game_player` accepts them.
    env: the game; `env.max_pieces` ends games that a good player would never lose. handicap: how often the
    players overlook their best placements. start: the position of the first game, None for an empty board.
    """

    runner: ClassVar[str] = "tetris_arcade.worker.child.play_task:run_play_task"
    noun: ClassVar[str] = "player"
    shares_process: ClassVar[bool] = True

    players: tuple[str, ...] = ("champion",)
    env: EnvConfig = field(default_factory=lambda: EnvConfig(max_pieces=2_500))
    seed: int = 0
    lookahead: bool = False
    handicap: Handicap = field(default_factory=Handicap)
    start: GamePosition | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_players(self.players)


@dataclass(frozen=True)
class IdleTask(Task):
    """Load everything that a game needs, then wait for a task, so that it starts at once."""

    runner: ClassVar[str] = "tetris_arcade.worker.child.idle_task:run_idle_task"
    noun: ClassVar[str] = "player"
    restarts_on_failure: ClassVar[bool] = False
    shares_process: ClassVar[bool] = True


@dataclass(frozen=True)
class EvaluateTask(Task):
    """Evaluate a player over many games without showing them, by default in the standard test.

    saves_result: whether the result is written to the metadata of a slot of the user's own.
    """

    runner: ClassVar[str] = "tetris_arcade.worker.child.evaluate_task:run_evaluate_task"
    noun: ClassVar[str] = "evaluation"
    restarts_on_failure: ClassVar[bool] = False
    shares_process: ClassVar[bool] = True

    slot: str = "champion"
    games: int = STANDARD_TEST.games
    max_pieces: int | None = STANDARD_TEST.max_pieces
    pieces: str = STANDARD_TEST.pieces
    height: int = STANDARD_TEST.height
    lookahead: bool = STANDARD_TEST.lookahead
    seed: int = STANDARD_TEST_SEED
    saves_result: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.games < 1:
            raise ValueError(f"games must be at least 1, got {self.games}")


@dataclass(frozen=True)
class CoachTask(Task):
    """Wait for boards to advise on, see `Advise`. player: a model, as `load_player` accepts it."""

    runner: ClassVar[str] = "tetris_arcade.worker.child.coach_task:run_coach_task"
    noun: ClassVar[str] = "coach"
    shares_process: ClassVar[bool] = True

    player: str = "champion"


@dataclass(frozen=True)
class ReviewTask(Task):
    """Review a game by a model's values: a replay file of a model or a person, or the content of one.

    A content is for games that are not saved; it starts a process of its own, because it is large.
    """

    runner: ClassVar[str] = "tetris_arcade.worker.child.coach_task:run_review_task"
    noun: ClassVar[str] = "review"
    restarts_on_failure: ClassVar[bool] = False
    shares_process: ClassVar[bool] = True

    player: str = "champion"
    file: str = ""
    content: str = ""


# --- Commands: viewer to worker ---


@dataclass(frozen=True)
class Pause:
    """Pause, keeping everything in memory."""


@dataclass(frozen=True)
class Resume:
    """End a pause."""


@dataclass(frozen=True)
class Step:
    """Make one move while paused; a training is in step from then on."""


@dataclass(frozen=True)
class SetSpeed:
    """Set the moves per second of each shown board; None = unthrottled.

    A training that is not in step is not slowed: see `SetInStep`.
    """

    pieces_per_second: float | None

    def __post_init__(self) -> None:
        _check_speed(self.pieces_per_second)


@dataclass(frozen=True)
class SetVisuals:
    """Set whether boards are published and paced."""

    on: bool


@dataclass(frozen=True)
class SetInStep:
    """Set whether a training waits for what is shown.

    In step, its own first game is shown, and speed and single steps hold for the training. Otherwise it
    runs at full speed, and a game beside it, played by the newest network, is shown at the speed.
    """

    on: bool


@dataclass(frozen=True)
class Save:
    """Save the checkpoint `latest` now."""


@dataclass(frozen=True)
class SaveSlot:
    """Save the current model to a slot; `overwrite` replaces the model there."""

    name: str
    overwrite: bool = False


@dataclass(frozen=True)
class SetHyperparameter:
    """Change a hyperparameter of `config.changes` from the next move on; recorded in the run."""

    name: str
    value: float

    def __post_init__(self) -> None:
        Change(0, self.name, self.value)


@dataclass(frozen=True)
class AddNote:
    """Keep a note with the run, at its present timestep."""

    text: str

    def __post_init__(self) -> None:
        Note(0, self.text)


@dataclass(frozen=True)
class Stop:
    """Save `latest` and end."""


@dataclass(frozen=True)
class NewGame:
    """Start new games. None keeps the environment, or takes the next seed."""

    env: EnvConfig | None = None
    seed: int | None = None


@dataclass(frozen=True)
class PushGarbage:
    """Push rows in from below before the next move of a game of one player.

    holes: the column of the hole of each row, 0..9, from top to bottom.
    """

    holes: tuple[int, ...]

    def __post_init__(self) -> None:
        if not all(0 <= hole < NUM_COLS for hole in self.holes):
            raise ValueError(f"a hole must be in a column 0..{NUM_COLS - 1}, got {self.holes}")


@dataclass(frozen=True)
class SetLookahead:
    """Set whether players look one piece ahead."""

    on: bool


@dataclass(frozen=True)
class SetPlayers:
    """Replace the players, in new games. The number of players may change."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_players(self.names)


@dataclass(frozen=True)
class SaveGame:
    """Save the running game as a replay; the previous one if the running one has hardly started."""


@dataclass(frozen=True)
class ReplaceTask:
    """Drop the current task and do this one in the same process; both have `shares_process`."""

    task: Task


@dataclass(frozen=True)
class Seek:
    """Go to the position of a replay after this many pieces, back or forward."""

    pieces: int

    def __post_init__(self) -> None:
        if self.pieces < 0:
            raise ValueError(f"pieces must not be negative, got {self.pieces}")


@dataclass(frozen=True)
class HandOver:
    """Report the position of the game that is shown, see `HandedOver`. It changes nothing."""


@dataclass(frozen=True)
class PlayOn:
    """Play on from a position, as far as it came in another player's hands."""

    position: GamePosition


@dataclass(frozen=True)
class Advise:
    """Say where the model would put the piece of a position. number: is repeated in the answer."""

    number: int
    position: PlacedPiece


ControlCommand = Pause | Resume | Step | SetSpeed | SetVisuals | SetInStep | Stop
"""Commands that set a number in shared memory: never lost, obeyed at once, still in force after a restart."""
TrainingCommand = Save | SaveSlot | SetHyperparameter | AddNote
QueuedCommand = (
    TrainingCommand
    | NewGame
    | PushGarbage
    | SetLookahead
    | SetPlayers
    | SaveGame
    | Seek
    | HandOver
    | PlayOn
    | Advise
    | ReplaceTask
)
Command = ControlCommand | QueuedCommand


# --- Reports: worker to viewer, rare events ---

SaveKind = Literal["latest", "best", "final", "slot"]


@dataclass(frozen=True)
class Stage:
    """Progress of the start-up: the current stage (importing, compiling, ...) and 0..1 of it."""

    name: str
    fraction: float


@dataclass(frozen=True)
class Started:
    """Start-up is complete; the work starts. `task`: how many tasks the process was given before this one."""

    task: int = 0


@dataclass(frozen=True)
class Stopped:
    """The task ended as intended: it was asked to, or it was done."""

    reason: str


@dataclass(frozen=True)
class Finished:
    """The task is done. Its process does not end: it waits for another task."""

    reason: str


@dataclass(frozen=True)
class NewBest:
    """A test during training was better than all before; `lines` per game."""

    lines: float
    timesteps: int


@dataclass(frozen=True)
class Saved:
    """A checkpoint (its name is its kind) or a slot was saved."""

    kind: SaveKind
    name: str


@dataclass(frozen=True)
class SaveFailed:
    """A save failed; the work continues."""

    reason: str


@dataclass(frozen=True)
class Noted:
    """Something that is worth knowing, and no fault."""

    text: str


@dataclass(frozen=True)
class Warned:
    """Something that the user should know; the work continues."""

    text: str


@dataclass(frozen=True)
class Failed:
    """The task failed.

    reason: for the screen. details: for the log, a traceback or how the process ended.
    is_final: whether a retry would not help (an unknown slot, a damaged file).
    """

    reason: str
    details: str
    is_final: bool = False


@dataclass(frozen=True)
class GameEnded:
    """A game of one player is over. When hundreds of games end per second, only some are reported."""

    lines: int
    pieces: int
    score: int


@dataclass(frozen=True)
class EpisodeEnded:
    """A game of a training is over; at most 20 per second are reported.

    episode: how many games of the run were over then, this one included. timesteps: of the run.
    """

    episode: int
    reward: float
    lines: int
    pieces: int
    score: int
    timesteps: int


@dataclass(frozen=True)
class DuelEnded:
    """A game of two players is decided.

    lines, games: of left and right; games are serial numbers. winner: 0 = left, 1 = right, None = a draw.
    """

    lines: tuple[int, int]
    winner: int | None
    games: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Evaluated:
    """The result of an EvaluateTask."""

    slot: str
    evaluation: Evaluation


@dataclass(frozen=True)
class GameSaved:
    """A game was saved as a replay; `file_name` is in the folder of replays."""

    file_name: str
    lines: int
    pieces: int


@dataclass(frozen=True)
class HandedOver:
    """The position of the game that is shown, to be played on by a person."""

    position: GamePosition


@dataclass(frozen=True)
class Advice:
    """The answer to `Advise`: the best placements by the model's values, the best first."""

    number: int
    placements: tuple[RatedPlacement, ...]


@dataclass(frozen=True)
class Reviewed:
    """The result of a ReviewTask."""

    review: GameReview


@dataclass(frozen=True)
class Progress:
    """The completed share of an evaluation or a review, 0..1."""

    fraction: float


Report = (
    Stage
    | Started
    | Stopped
    | Finished
    | NewBest
    | Saved
    | SaveFailed
    | Noted
    | Warned
    | Failed
    | GameEnded
    | EpisodeEnded
    | DuelEnded
    | Evaluated
    | GameSaved
    | HandedOver
    | Advice
    | Reviewed
    | Progress
)


def _check_speed(speed: float | None) -> None:
    if speed is not None and not 0.01 <= speed <= 1e6:
        raise ValueError(f"speed must be 0.01..1000000 pieces per second or None, got {speed}")


def _check_players(names: tuple[str, ...]) -> None:
    if not 1 <= len(names) <= 2:
        raise ValueError(f"one or two players can play, got {len(names)}")
