"""Workers that stand still: what they would show of a training, a demo, a duel or a kept game is prepared, so
that pictures of the screens with boards are the same every time."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from tests.scenes.fakes import LETTERS, FakeWorkerClient, cells_of
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS, placement_col
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint, save_checkpoint
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.graph import running_mean
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.messages import (
    Command,
    GameEnded,
    Pause,
    Report,
    Resume,
    SetSpeed,
    SetVisuals,
    Task,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import empty_frame, empty_series

Rows = tuple[str, ...]
STACK: Rows = (
    "S.........",
    "SS.......J",
    "LS....OO.J",
    "LTTTZZOOJJ",
    "LLTJJZZSSI",
    "OO.JLLLSSI",
    "OO.JLTTSSI",
    "IIIITT.ZZI",
)
"""A hand of rows with a well for an upright I in the third column, and few holes."""
LOW: Rows = ("..........", "..JJ....LL", "ZZ.J.SS..L", ".ZZJSSOO.L", "#.########", "####.#####")
HIGH: Rows = (
    "...TTT....",
    "..SST.....",
    ".SSOO.....",
    "..IOO.ZZ..",
    "..I.J..ZZ.",
    "..I.JJJ...",
    "LLI...SS..",
    ".L..OOS#..",
    "#L##OO##.#",
    "####.#####",
) * 2


@dataclass
class StagedClient(FakeWorkerClient):
    """As much of a WorkerClient as the whole program uses. It does what it is told at once, and nothing by
    itself; `reports` is what it has to tell, `answers` what it tells when it is started."""

    paths: DataPaths | None = None
    state: WorkerState = WorkerState.IDLE
    task: Task | None = None
    reports: list[Report] = field(default_factory=list)
    answers: list[Report] = field(default_factory=list)
    pid: int | None = None

    def start(self, task: Task) -> None:
        super().start(task)
        self.task, self.speed, self.state = task, task.speed, WorkerState.RUNNING
        self.reports += self.answers

    def send(self, command: Command) -> bool:
        if isinstance(command, Pause | Resume):
            self.is_paused = isinstance(command, Pause)
            self.state = WorkerState.PAUSED if self.is_paused else WorkerState.RUNNING
        elif isinstance(command, SetSpeed):
            self.speed = command.pieces_per_second
        elif isinstance(command, SetVisuals):
            self.visuals = command.on
        return super().send(command)

    def poll(self) -> list[Report]:
        told, self.reports = self.reports, []
        return told

    def stop(self) -> None:
        super().stop()
        self.state = WorkerState.STOPPED

    def close(self) -> None:
        self.state = WorkerState.STOPPED


def open_staged(paths: DataPaths) -> StagedClient:
    """In the place of WorkerClient itself."""
    return StagedClient(paths=paths)


def staged(client: object) -> StagedClient:
    """A context's client, as what it is here."""
    return cast(StagedClient, client)


def set_board(
    record: Any, rows: Rows, piece: str, action: int, *, height: int = 20, **fields: Any
) -> BoardModel:
    """Fill in a BOARD record: a piece, by its letter, on its way to where the action puts it, with values of
    all placements, those of the chosen one the highest."""
    kind = LETTERS.index(piece) - 1
    cells = np.zeros((height, NUM_COLS), np.uint8)
    cells[height - len(rows) :] = cells_of(rows)
    values = 30.0 + 6.0 * np.cos(0.7 * np.abs(np.arange(NUM_ACTIONS, dtype=np.float32) - action))
    rotation, row, col = BoardModel(cells, kind, values=values).drop(action)
    view = BoardModel(
        cells, kind, action, rotation, row, col, next_pieces=(0, 1, 4, 6), values=values,
        move=1, move_seconds=2.0, greedy=True,
    )  # fmt: skip
    view = replace(view, **fields)
    write_board(record, view)
    return view


def end_board(record: Any, rows: Rows = HIGH, **fields: Any) -> None:
    """Fill in a BOARD record of a game that is over."""
    view = set_board(record, rows, "T", 18, **fields)
    write_board(record, replace(view, over=True, action=-1, row=-1, col=-1))


def stage_training(context: Context, points: int = 400) -> StagedClient:
    """A trainer some minutes into its run."""
    trainer = staged(context.trainer)
    frame = empty_frame()[0]
    frame["num_boards"] = 1
    # An upright I for the well: rotation 1, in the third column.
    set_board(frame["boards"][0], STACK, "I", _upright_i(2), lines=412, pieces=1_037, score=2_960)
    counters = frame["counters"]
    for name, value in {
        "timesteps": 187_408,
        "timesteps_per_second": 2_214.0,
        "episodes": 2_467,
        "updates": 22_841,
        "last_lines": 998,
        "best_lines": 999,
        "best_eval_lines": 997.3,
        "mean_lines_100": 641.2,
        "epsilon": 0.02,
        "loss": 0.4712,
        "mean_value": 21.87,
        "seconds": 94.0,
        "saved_at": 1_700_000_000.0,
    }.items():
        counters[name] = value
    trainer.frame = frame
    _show_run(trainer, points)
    return trainer


def _show_run(trainer: StagedClient, points: int) -> None:
    """The graphs of a run that has learnt, each as such a thing looks."""
    random = np.random.default_rng(5)
    series = empty_series()[0]
    timesteps = np.linspace(200.0, 187_408.0, points)
    learnt = 1.0 / (1.0 + np.exp(-(timesteps - 70_000.0) / 14_000.0))
    noise = random.normal(0.0, 1.0, points)
    lines = np.clip(1_010.0 * learnt * (1.0 - random.gamma(1.2, 0.14, points)), 0.0, 999.0)
    values = {
        "lines": lines,
        "smoothed_lines": running_mean(lines.astype(np.float32), 60),
        "evaluated_lines": 998.0 * learnt[::36] ** 0.6,
        "reward": lines - 40.0,
        "loss": 0.35 + 1.4 * np.exp(-timesteps / 40_000.0) + 0.09 * np.abs(noise),
        "epsilon": np.maximum(0.02, 1.0 - timesteps / 10_000.0),
        "mean_value": -2.0 + 25.0 * learnt + 0.5 * noise,
        "holes": np.maximum(0.0, 60.0 * (1.0 - learnt) + 3.0 + 2.0 * noise),
        "max_height": 19.0 - 12.0 * learnt + 0.6 * noise,
        "bumpiness": 34.0 - 24.0 * learnt + 1.5 * noise,
        "timesteps_per_second": 2_200.0 + 60.0 * noise,
    }
    for name, figures in values.items():
        graph, count = series[name], len(figures)
        graph["count"], graph["stride"] = count, 1
        graph["timesteps"][:count] = np.linspace(timesteps[0], timesteps[-1], count)
        graph["values"][:count] = figures
    trainer.series = series


def stage_demo(context: Context, *, height: int = 20, rows: Rows = STACK, ended: int = 0) -> StagedClient:
    """A player in the middle of a game, with so many games behind it."""
    player = staged(context.player)
    frame = empty_frame()[0]
    frame["num_boards"] = 1
    facts = {"lines": 1_284, "pieces": 3_226, "score": 18_402}
    set_board(frame["boards"][0], rows, "I", _upright_i(2), height=height, **facts)
    frame["counters"]["timesteps_per_second"] = 18_240.0
    player.frame = frame
    games = (2_320, 473, 250, 3_996, 12, 1_702)[:ended]
    player.reports += [GameEnded(0, lines, lines * 5 // 2, lines * 14) for lines in games]
    return player


def stage_duel(context: Context, *, is_over: bool = False) -> StagedClient:
    """Two players side by side, the left one ahead; or both at their end, after three games."""
    player = staged(context.player)
    frame = empty_frame()[0]
    frame["num_boards"] = 2
    left, right = frame["boards"]
    figures = {"lines": 118, "pieces": 301, "score": 1_702}, {"lines": 97, "pieces": 301, "score": 1_455}
    if is_over:
        end_board(left, **{**figures[0], "pieces": 322})
        end_board(right, HIGH[::-1], **figures[1])
        games = ((88, 140), (203, 131), (118, 97))
        player.reports += [
            GameEnded(side, lines[side], 300, 1_000, seed)
            for seed, lines in enumerate(games)
            for side in (0, 1)
        ]
    else:
        set_board(left, STACK, "I", _upright_i(2), **figures[0])
        set_board(right, LOW, "I", _upright_i(4), **figures[1])
    player.frame = frame
    return player


class _StandingFilm:
    """As much of a process as a film needs that is never done by itself: only when it is given up."""

    pid = 1
    returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, number: int) -> None:
        self.returncode = 130

    def wait(self, timeout: float) -> None:
        pass


def stage_film(context: Context, share: float) -> None:
    """A video of which a share is done."""
    videos = context.videos
    videos._process, videos._share = cast("subprocess.Popen[str]", _StandingFilm()), share
    videos._file = context.paths.root / "game.gif"


def _upright_i(col: int) -> int:
    return next(action for action in range(1, NUM_ACTIONS, NUM_ROTATIONS) if placement_col(0, action) == col)


def keep_models(context: Context) -> None:
    """Slots of a user's own: measured, not measured, and one from elsewhere."""
    folder = shipped_slots()
    assert folder is not None
    champion = load_checkpoint(folder / "champion")
    model = champion.read(MODEL_NAME)
    known = replace(champion.metadata, origin="trained", saved_at="2026-03-14T15:09:26+00:00")
    measured = Evaluation(50, 804.2, 611.0, (622.4, 1_003.8), 0, 77, 50_000, "uniform", 10)
    slots = {
        "first steps": replace(known, timesteps=48_000, best_lines=31, evaluation=None),
        "night run": replace(known, timesteps=2_480_000, best_lines=4_410, evaluation=measured),
        "from a friend": replace(known, origin="imported", timesteps=912_000, evaluation=None),
    }
    for name, metadata in slots.items():
        save_slot_bytes(context.paths, name.replace(" ", "-"), model, replace(metadata, name=name))


def keep_games(context: Context, players: Sequence[str] = ("champion", "bcts", "night run")) -> str:
    """Kept games; the name of the first file."""
    files = [
        save_replay(
            context.paths,
            Replay(
                {"height": 20 - 10 * (number % 2), "pieces": "bag"},
                seed=number,
                actions=bytes([16, 20, 8, 4, 24, 12] * (450 - 90 * number)),
                lines=1_079 - 212 * number,
                score=15_030 - 2_000 * number,
                player=player,
                saved_at=f"2026-03-{14 - number}T15:09:26+00:00",
            ),
        )
        for number, player in enumerate(players)
    ]
    return files[0].name


def keep_run(context: Context) -> None:
    """A training that was saved, with its learning curve."""
    timesteps = range(10_000, 190_000, 10_000)
    curve = tuple((step, 998.0 / (1.0 + 2.7 ** ((70_000 - step) / 14_000))) for step in timesteps)
    saved = Metadata(
        "latest",
        timesteps=187_408,
        episodes=2_467,
        best_lines=999,
        best_eval_lines=997.3,
        seed=0,
        env={"pieces": "bag", "height": 20, "reward": "lines"},
        training=TrainConfig().to_dict(),
        learning_curve=curve,
        saved_at="2026-03-14T15:09:26+00:00",
    )
    save_checkpoint(context.paths, "latest", {MODEL_NAME: b"x"}, saved)
