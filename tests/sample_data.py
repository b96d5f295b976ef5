"""What fake workers show and what the data folder holds, so that screens look the same every time."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from tests.fakes import FakeWorkerClient, as_fake
from tetris_arcade.config.changes import Change, Note
from tetris_arcade.config.evaluation import STANDARD_TEST, Evaluation
from tetris_arcade.config.learner_record import MAX_ERRORS, MAX_PAIRS, empty_learner, write_events
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.insight import NUM_REASONS, Insight, Outcome
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS, placement_col
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.ages import AGES_NAME, NetworkAge, encode_ages
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint, save_checkpoint
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.graph import running_mean
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.messages import DuelEnded, GameEnded
from tetris_arcade.worker.shared.telemetry import empty_frame, empty_series

Rows = tuple[str, ...]
_LETTERS = ".IOTSZJL#"
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
"""A stack with a well for an upright I in the third column, and few holes."""
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


def set_board(
    record: Any, rows: Rows, piece: str, action: int, *, height: int = 20, **fields: Any
) -> BoardModel:
    """Fill in a BOARD record: a piece, by its letter, on its way to where the action puts it, with values of
    all placements, those of the chosen one the highest."""
    kind = _LETTERS.index(piece) - 1
    cells = np.zeros((height, NUM_COLS), np.uint8)
    cells[height - len(rows) :] = [[_LETTERS.index(letter) for letter in row] for row in rows]
    values = 30.0 + 6.0 * np.cos(0.7 * np.abs(np.arange(NUM_ACTIONS, dtype=np.float32) - action))
    rotation, row, col = BoardModel(cells, kind, values=values).drop(action)
    view = BoardModel(
        cells, kind, action, rotation, row, col, next_pieces=(0, 1, 4, 6), values=values,
        move=1, move_seconds=2.0, greedy=True,
    )  # fmt: skip
    view = replace(view, **fields)
    view = replace(view, insight=sample_insight(view))
    write_board(record, view)
    return view


def sample_insight(view: BoardModel) -> Insight:
    """Reasons for the move of a board, made up; they sum to the gaps."""
    random = np.random.default_rng(4)
    actions = view.candidates
    chosen = actions.index(view.action)
    values = [float(view.values[action]) for action in actions]
    features = np.zeros((len(actions), NUM_REASONS), np.float32)
    features[:, [*range(12), 15, 16]] = random.integers(2, 12, (len(actions), 14))
    parts = random.normal(0.0, 0.6, (len(actions), NUM_REASONS)) * (features[chosen] != 0)
    gaps = np.array([values[chosen] - value for value in values])
    parts[:, 11] += gaps - parts.sum(axis=1)
    parts[chosen] = 0.0
    units = tuple(np.maximum(random.normal(0.0, 1.0, 64), 0.0).astype(np.float32) for _ in range(2))
    outcome = Outcome(expected=35.2, reward=1.0, to_come=34.74)
    return Insight(actions, tuple(values), chosen, features, parts.astype(np.float32), units, outcome=outcome)


def show_move(client: FakeWorkerClient, rows: Rows = STACK, move: int = 1) -> None:
    """Show a T that falls into the third column, with values and counters."""
    frame = empty_frame()[0]
    set_board(frame["boards"][0], rows, "T", 4 * 4 + 2, lines=42, move=move, move_seconds=1.0)
    frame["num_boards"] = 1
    frame["counters"]["timesteps"] = 1_234_567
    client.frame = frame


def end_board(record: Any, rows: Rows = HIGH, **fields: Any) -> None:
    """Fill in a BOARD record of a game that is over."""
    view = set_board(record, rows, "T", 18, **fields)
    write_board(record, replace(view, over=True, action=-1, row=-1, col=-1))


def show_training(context: Context, points: int = 400) -> FakeWorkerClient:
    """Show a trainer some minutes into its run."""
    trainer = as_fake(context.trainer)
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
    trainer.series = _learning_series(points)
    trainer.learner = _learner()
    return trainer


def _learner() -> Any:
    """A LEARNER record of that run, with one update."""
    random = np.random.default_rng(7)
    learner = empty_learner()[0]
    errors, returns = random.standard_t(3, MAX_ERRORS) * 0.6, random.gamma(4.0, 5.0, MAX_PAIRS)
    for name, value in {
        "timesteps": 187_408,
        "buffer_size": 186_900,
        "buffer_capacity": 200_000,
        "oldest_age": 186_900,
        "num_drawn": 32,
        "drawn_rewarded": 0.375,
        "drawn_ended": 0.03125,
        "target_age": 3_200.0,
        "target_distance": 0.0213,
        "num_errors": MAX_ERRORS,
        "mean_abs_td_error": 0.482,
        "gradient_norm": 3.71,
        "max_grad_norm": 10.0,
        "num_pairs": MAX_PAIRS,
        "exploration_rate": 0.02,
        "exploration_share": 0.0176,
        "reward_scale": 1.0,
        "learning_rate": 1.72e-3,
        "gamma": 0.99,
        "game_over_penalty": 40.0,
        "shaping": (1.0, 0.2, 0.1),
        "probe_values": (23.1, 26.4, 15.2, 17.7),
    }.items():
        learner[name] = value
    learner["drawn_ages"][:32] = random.uniform(0.0, 186_900.0, 32)
    learner["td_errors"], learner["returned"] = errors, returns
    learner["predicted"] = returns + random.normal(1.0, 2.5, MAX_PAIRS)
    for name, terms in (("move", (0, 1)), ("game", (0, 412)), ("last_game", (0, 998, 0, 0, 0, -40))):
        learner[f"{name}_reward"][: len(terms)] = terms
    changes = [Change(60_000, "learning_rate", 2e-3), Change(120_000, "exploration", 0.05)]
    write_events(learner, changes, [Note(90_000, "It keeps the well on the right now.")])
    _show_update(learner["update"])
    return learner


def _show_update(update: Any) -> None:
    """Fill in an UPDATE record with numbers that belong together."""
    cells = np.zeros((20, NUM_COLS), np.uint8)
    cells[20 - len(STACK) :] = [[_LETTERS.index(letter) for letter in row] for row in STACK]
    values = 20.0 + 2.0 * np.cos(0.7 * np.abs(np.arange(0, 34, 2, dtype=np.float32) - 8))
    for name, value in {
        "number": 22_841,
        "batch_size": 32,
        "row": 16,
        "age": 41_312,
        "num_features": 21,
        "steps": 1,
        "returns": 1.0,
        "columns": (cells[::-1] != 0).T @ (1 << np.arange(20)),
        "height": 20,
        "piece": 2,
        "next_piece": 5,
        "num_placements": values.size,
        "next_value": values.max(),
        "discount": 0.99,
        "target": 1.0 + 0.99 * values.max(),
        "value": 21.904,
        "td_error": 1.0 + 0.99 * values.max() - 21.904,
        "huber_delta": 1.0,
        "loss": 0.4712,
        "gradient_norm": 3.71,
        "max_grad_norm": 10.0,
        "learning_rate": 1.72e-3,
        "weight": 16,
        "weight_gradient": -0.843,
        "first_moment": -0.214,
        "second_moment": 0.0931,
        "weight_before": 0.48213,
        "weight_after": 0.48334,
        "value_after": 21.967,
    }.items():
        update[name] = value
    update["actions"][: values.size], update["values"][: values.size] = range(0, 34, 2), values


def _learning_series(points: int) -> Any:
    """A SERIES record with the graphs of a run that learned."""
    random = np.random.default_rng(5)
    series = empty_series()[0]
    timesteps = np.linspace(200.0, 187_408.0, points)
    learned = 1.0 / (1.0 + np.exp(-(timesteps - 70_000.0) / 14_000.0))
    noise = random.normal(0.0, 1.0, points)
    lines = np.clip(1_010.0 * learned * (1.0 - random.gamma(1.2, 0.14, points)), 0.0, 999.0)
    values = {
        "lines": lines,
        "smoothed_lines": running_mean(lines.astype(np.float32), 60),
        "evaluated_lines": 998.0 * learned[::36] ** 0.6,
        "reward": lines - 40.0,
        "loss": 0.35 + 1.4 * np.exp(-timesteps / 40_000.0) + 0.09 * np.abs(noise),
        "epsilon": np.maximum(0.02, 1.0 - timesteps / 10_000.0),
        "mean_value": -2.0 + 25.0 * learned + 0.5 * noise,
        "holes": np.maximum(0.0, 60.0 * (1.0 - learned) + 3.0 + 2.0 * noise),
        "max_height": 19.0 - 12.0 * learned + 0.6 * noise,
        "bumpiness": 34.0 - 24.0 * learned + 1.5 * noise,
        "timesteps_per_second": 2_200.0 + 60.0 * noise,
        "td_error": 0.4 + 1.2 * np.exp(-timesteps / 40_000.0) + 0.05 * np.abs(noise),
        "gradient_norm": 3.0 + 5.0 * np.exp(-timesteps / 30_000.0) + 0.4 * np.abs(noise),
        "target_distance": 0.02 + 0.1 * np.exp(-timesteps / 30_000.0),
        "exploration_share": np.maximum(0.02, 1.0 - timesteps / 10_000.0),
        "value_empty": -2.0 + 25.0 * learned,
        "value_tidy": -1.0 + 27.0 * learned,
        "value_holes": -9.0 + 24.0 * learned,
        "value_tower": -12.0 + 29.0 * learned,
    }
    for name, curve in values.items():
        graph, count = series[name], len(curve)
        graph["count"], graph["stride"] = count, 1
        graph["timesteps"][:count] = np.linspace(timesteps[0], timesteps[-1], count)
        graph["values"][:count] = curve
    series["milestones"][:5] = (1_900.0, 31_000.0, 52_000.0, 34_000.0, 47_000.0)
    return series


def show_demo(context: Context, *, height: int = 20, rows: Rows = STACK, ended: int = 0) -> FakeWorkerClient:
    """Show a player in the middle of a game, after `ended` games."""
    player = as_fake(context.player)
    frame = empty_frame()[0]
    frame["num_boards"] = 1
    stats = {"lines": 1_284, "pieces": 3_226, "score": 18_402}
    set_board(frame["boards"][0], rows, "I", _upright_i(2), height=height, **stats)
    frame["counters"]["timesteps_per_second"] = 18_240.0
    player.frame = frame
    games = (2_320, 473, 250, 3_996, 12, 1_702)[:ended]
    player.reports += [GameEnded(lines, lines * 5 // 2, lines * 14) for lines in games]
    return player


def show_duel(context: Context, *, is_over: bool = False) -> FakeWorkerClient:
    """Show two players side by side, the left one ahead; or the end of a match."""
    player = as_fake(context.player)
    frame = empty_frame()[0]
    frame["num_boards"] = 2
    left, right = frame["boards"]
    stats = {"lines": 118, "pieces": 301, "score": 1_702}, {"lines": 97, "pieces": 301, "score": 1_455}
    if is_over:
        set_board(left, STACK, "I", _upright_i(2), game=4, **{**stats[0], "pieces": 302})
        end_board(right, HIGH[::-1], game=4, **stats[1])
        games = ((88, 140), (203, 131), (52, 41), (118, 97))
        player.reports += [
            DuelEnded(lines, int(lines[1] > lines[0]), (number, number))
            for number, lines in enumerate(games, 1)
        ]
    else:
        set_board(left, STACK, "I", _upright_i(2), **stats[0])
        set_board(right, LOW, "I", _upright_i(4), **stats[1])
    player.frame = frame
    return player


class _EndlessProcess:
    """The part of a process that a video export uses. It ends only by a signal."""

    pid = 1
    returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, number: int) -> None:
        self.returncode = 130

    def wait(self, timeout: float) -> None:
        pass


def show_video_export(context: Context, share: float) -> None:
    """Show a video export of which a share is done."""
    videos = context.videos
    videos._process, videos._share = cast("subprocess.Popen[str]", _EndlessProcess()), share
    videos._file = context.paths.root / "game.gif"


def _upright_i(col: int) -> int:
    return next(action for action in range(1, NUM_ACTIONS, NUM_ROTATIONS) if placement_col(0, action) == col)


def save_sample_models(context: Context) -> None:
    """Save slots of a user: one tested, one not, one imported."""
    folder = shipped_slots()
    assert folder is not None
    champion = load_checkpoint(folder / "champion")
    model = champion.read(MODEL_NAME)
    known = replace(champion.metadata, origin="trained", saved_at="2026-03-14T15:09:26+00:00")
    tested = Evaluation(100, 804.2, 611.0, (622.4, 1_003.8), 0, 77, 50_000, "uniform", 10)
    slots = {
        "first steps": replace(known, timesteps=48_000, best_lines=31, evaluation=None),
        "night run": replace(known, timesteps=2_480_000, best_lines=4_410, evaluation=tested),
        "from a friend": replace(known, origin="imported", timesteps=912_000, evaluation=None),
    }
    for name, metadata in slots.items():
        save_slot_bytes(context.paths, name.replace(" ", "-"), model, replace(metadata, name=name))


def save_sample_replays(context: Context, players: Sequence[str] = ("champion", "bcts", "night run")) -> str:
    """Save replays; returns the name of the first file."""
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


def save_sample_run(context: Context) -> None:
    """Save a run in `latest`, with its learning curve."""
    timesteps = range(10_000, 190_000, 10_000)
    curve = tuple((step, 998.0 / (1.0 + 2.7 ** ((70_000 - step) / 14_000))) for step in timesteps)
    saved = Metadata(
        "latest",
        timesteps=187_408,
        episodes=2_467,
        best_lines=999,
        best_eval_lines=997.3,
        test=STANDARD_TEST,
        seed=0,
        env={"pieces": "bag", "height": 20, "reward": "lines"},
        training=TrainConfig().to_dict(),
        learning_curve=curve,
        saved_at="2026-03-14T15:09:26+00:00",
    )
    save_checkpoint(context.paths, "latest", {MODEL_NAME: b"x"}, saved)


def save_sample_ages(paths: DataPaths) -> None:
    """Save a run in `latest` that carries five earlier networks."""
    weight, bias = np.zeros((1, 21), np.float32), np.zeros(1, np.float32)
    ages = [
        NetworkAge(timesteps, seconds, {"q_net.q_net.0.weight": weight, "q_net.q_net.0.bias": bias})
        for timesteps, seconds in ((0, 0.0), (1_000, 0.6), (5_000, 2.9), (20_000, 10.5), (50_000, 25.0))
    ]
    saved = Metadata(
        "latest",
        timesteps=187_408,
        wall_seconds=157.0,
        env={"pieces": "bag", "height": 20, "reward": "lines"},
        training=TrainConfig().to_dict(),
    )
    save_checkpoint(paths, "latest", {MODEL_NAME: b"x", AGES_NAME: encode_ages(ages)}, saved)


def show_ages(context: Context) -> FakeWorkerClient:
    """Show the untrained network, which has lost, beside the newest one."""
    save_sample_ages(context.paths)
    player = as_fake(context.player)
    frame = empty_frame()[0]
    frame["num_boards"] = 2
    left, right = frame["boards"]
    end_board(left, HIGH[::-1], lines=0, pieces=27, score=27)
    set_board(right, STACK, "I", _upright_i(2), lines=11, pieces=28, score=158)
    player.frame = frame
    return player
