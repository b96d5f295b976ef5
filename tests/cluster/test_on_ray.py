"""Evaluations and sweeps on a Ray of this machine: what they find, and how a sweep is resumed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tetris_arcade.config.evaluation import EvaluationConditions
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.slots import load_model, resolve_slot
from tetris_arcade.training.evaluation import evaluate_under
from tetris_arcade.training.players import load_player

pytest.importorskip("ray", reason="the extra cluster is not installed")

from tests.cluster.sweeps import Listener, run_sweep, scores, small_spec, start_folder, table
from tetris_arcade.cluster import session
from tetris_arcade.cluster.errors import ClusterError
from tetris_arcade.cluster.evaluation import evaluate_on_cluster
from tetris_arcade.cluster.session import Cluster
from tetris_arcade.cluster.sweep import Sweep, SweepView
from tetris_arcade.cluster.trials import best_trial

pytestmark = pytest.mark.system


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        ("bcts", EvaluationConditions(21, 400, "uniform", 10)),
        ("bcts", EvaluationConditions(5, None, "uniform", 6, rules="literature")),
        ("champion", EvaluationConditions(17, 60, "bag", 20, lookahead=True)),
        ("random", EvaluationConditions(40, 100, "bag", 12)),
    ],
)
def test_every_game_is_that_of_one_process(
    cluster: Cluster, name: str, conditions: EvaluationConditions
) -> None:
    shares: list[float] = []
    spread = evaluate_on_cluster(cluster, load_player(name), conditions, 7, shares.append)
    alone = evaluate_under(load_player(name), conditions, 7)
    assert spread.lines == alone.lines
    assert {**vars(spread), "pieces_per_second": 0} == {**vars(alone), "pieces_per_second": 0}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.fixture(scope="module")
def undisturbed(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_sweep(start_folder(tmp_path_factory.mktemp("undisturbed"), small_spec()), cluster)


def test_a_sweep_leaves_its_files(undisturbed: Sweep, tmp_path: Path) -> None:
    folder, best = undisturbed.folder, best_trial(undisturbed.trials)
    assert best is not None
    rows = table(folder)
    assert [row["status"] for row in rows] == ["done"] * 3
    assert [float(row["score"]) for row in rows] == [values[-1] for values in scores(undisturbed)]
    assert [float(row["learning_rate"]) for row in rows] == [
        trial.values["learning_rate"] for trial in undisturbed.trials
    ]
    curve = (folder.root / "curves" / "trial-000.csv").read_text().splitlines()
    assert len(curve) == 3
    assert not list(folder.root.glob("trials/*/seed-*/checkpoints/latest"))  # the models are enough

    folder.save_to_slot(DataPaths(tmp_path), "found", best.number, best.best_seed)
    model = load_model(resolve_slot(DataPaths(tmp_path), "found"))
    assert model.metadata is not None
    assert model.metadata.sweep == folder.name
    assert model.metadata.training["learning_rate"] == best.values["learning_rate"]


def test_a_resumed_sweep_runs_only_what_is_left(cluster: Cluster, undisturbed: Sweep, tmp_path: Path) -> None:
    folder = start_folder(tmp_path, small_spec())

    def interrupt(view: SweepView) -> bool:
        if any(trial.scores for trial in view.trials):
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        run_sweep(folder, cluster, Listener(interrupt))
    stored = {path: path.stat().st_mtime_ns for path in folder.root.glob("trials/*/*/evaluation-*.json")}
    assert stored
    resumed = run_sweep(folder, cluster)
    assert scores(resumed) == scores(undisturbed)
    assert {path: path.stat().st_mtime_ns for path in stored} == stored


def test_a_training_that_raises_fails_and_the_others_go_on(cluster: Cluster, tmp_path: Path) -> None:
    text = small_spec(seeds=1, steps=2_000) + "\n[space.env]\ngame_over_penalty = [40.0, 1e300]\n"
    sweep = run_sweep(start_folder(tmp_path, text), cluster)
    failed = [trial for trial in sweep.trials if trial.status == "failed"]
    assert 0 < len(failed) < 3
    for trial in sweep.trials:
        assert (trial in failed) == (trial.values["env.game_over_penalty"] == 1e300)
    assert "the loss became inf" in failed[0].reason
    assert "Traceback" in (sweep.folder.root / "trials" / f"{failed[0].number:03}" / "error.txt").read_text()


def test_a_machine_with_another_version_is_named(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = replace(session.describe_node(), torch="2.14.0")
    monkeypatch.setattr(session, "describe_node", lambda: ours)
    with pytest.raises(ClusterError, match=r"has torch .*, and this one 2\.14\.0: every machine needs"):
        session.prepare_nodes(cluster.nodes())
