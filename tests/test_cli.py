"""The command line as a user meets it: what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stable_baselines3 import DQN

from tetris_arcade.cli import main

SMALL = ["--steps", "600", "--height", "10", "--seed", "3", "--json"]


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as end:  # argparse
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_train_evaluate_and_models_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ["--data-dir", str(tmp_path)]
    code, out, _ = _run(capsys, "train", *SMALL, "--fresh", "--save-slot", "mine", *here)
    assert code == 0
    report = json.loads(out)
    assert report["timesteps"] >= 600
    assert report.keys() >= {
        "timesteps", "episodes", "seconds", "best_lines", "mean_lines_last_100", "timesteps_per_second",
        "checkpoint",
    }  # fmt: skip

    code, out, _ = _run(
        capsys, "evaluate", "mine", "--games", "3", "--max-pieces", "50", "--seed", "7", "--json", *here
    )
    report = json.loads(out)
    assert code == 0
    assert len(report["lines"]) == 3
    assert report["slot"] == "mine"
    assert report["ci95_lines"][0] <= report["mean_lines"] <= report["ci95_lines"][1]

    code, out, _ = _run(capsys, "models", "list", "--json", *here)
    models = {entry["name"]: entry for entry in json.loads(out)["models"]}
    assert code == 0
    assert models["mine"]["evaluated_lines"] == report["mean_lines"]
    assert {"latest", "dellacherie", "bcts", "random"} <= models.keys()

    code, out, _ = _run(capsys, "train", "--steps", "900", "--resume", "--height", "10", "--json", *here)
    assert code == 0
    assert json.loads(out)["timesteps"] >= 900


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", "no-such-slot"],
        ["evaluate", "bcts", "--games", "0"],
        ["evaluate", "bcts", "--height", "3"],
        ["train", "--steps", "-5"],
        ["train", "--resume"],
        ["demo", "no-such-slot"],
        ["demo", "bcts", "--speed", "fast"],
        ["models", "show", "../../etc/passwd"],
        ["models", "delete", "no-such-slot", "--yes"],
        ["models", "import", "no-such-file.zip"],
        ["models", "rename", "champion", "con"],
        ["nonsense"],
    ],
)
def test_misuse_is_one_sentence_and_exit_code_2(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = arguments if arguments == ["nonsense"] else [*arguments, "--data-dir", str(tmp_path)]
    code, out, err = _run(capsys, *given)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.strip()


def test_a_damaged_checkpoint_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "checkpoints" / "latest"
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text('{"schema_version": 1, "name": "x"')
    code, out, err = _run(capsys, "evaluate", "latest", "--data-dir", str(tmp_path))
    assert code == 1
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "latest" in err


def test_the_same_seed_gives_the_same_games_to_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["evaluate", "dellacherie", "--games", "4", "--height", "10", "--pieces", "uniform", "--json"]
    arguments += ["--data-dir", str(tmp_path), "--seed"]
    first, again, other = (json.loads(_run(capsys, *arguments, seed)[1])["lines"] for seed in ("5", "5", "6"))
    assert first == again != other


def test_a_model_can_be_handed_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine, yours = ["--data-dir", str(tmp_path / "mine")], ["--data-dir", str(tmp_path / "yours")]
    file = str(tmp_path / "gift.zip")
    assert _run(capsys, "train", *SMALL, "--save-slot", "gift", *mine)[0] == 0
    assert _run(capsys, "models", "export", "gift", file, *mine)[0] == 0
    assert _run(capsys, "models", "import", file, "--name", "got", *yours)[0] == 0
    conditions = ["--games", "3", "--max-pieces", "60", "--seed", "1", "--json"]
    sent = json.loads(_run(capsys, "evaluate", "gift", *conditions, *mine)[1])
    got = json.loads(_run(capsys, "evaluate", "got", *conditions, *yours)[1])
    assert sent["lines"] == got["lines"]
    again = str(tmp_path / "again.zip")
    assert _run(capsys, "models", "export", "got", again, *yours)[0] == 0
    assert type(DQN.load(again).policy).__name__ == "PlacementPolicy"
