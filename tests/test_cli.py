"""The command line as a user meets it: what it prints, and its exit codes."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from stable_baselines3 import DQN

from tetris_arcade.cli import main
from tetris_arcade.commands import kiosk
from tetris_arcade.commands.doctor import collect
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage import atomic
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.errors import UnknownModelError
from tetris_arcade.storage.slots import save_slot_bytes, save_slot_evaluation

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
    assert models["mine"]["is_ranked"]  # The last model was tested; other conditions replace nothing.
    assert models["mine"]["evaluation"]["games"] == 100
    assert models["mine"]["evaluated_lines"] == models["latest"]["evaluated_lines"]
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
        ["train", "--steps", "1e9"],
        ["train", "--steps", "9" * 30],
        ["train", "--steps", "9" * 5_000],
        ["train", "--steps", "8", "--save-slot", "a" * 300],
        ["train", "--steps", "8", "--save-slot", "latest"],
        ["train", "--steps", "8", "--save-slot", ""],
        ["train", "--steps", "8", "--config", "/dev/zero"],
        ["train", "--steps", "8", "--config", ""],
        ["evaluate", "bcts", "--games", "100000000000"],
        ["evaluate", "bcts", "--max-pieces", "9" * 20],
        ["record", "bcts", "game.gif", "--skip", "-1"],
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
    assert "_positive_int" not in err
    assert err.strip()


@pytest.mark.parametrize("nothing", ["", " "])
@pytest.mark.parametrize("given", ["before", "behind"])
def test_an_empty_data_folder_is_misuse_and_not_the_default_one(
    nothing: str, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["models", "list"]
    where = ["--data-dir", nothing]
    code, out, err = _run(capsys, *(where + words if given == "before" else words + where))
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].endswith("argument --data-dir: must name a folder, got an empty name")


def test_the_data_folder_may_be_named_in_front_of_the_command_or_behind_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("mine", "stray"):
        (tmp_path / name / "checkpoints" / "slots" / name).mkdir(parents=True)
    mine, stray = (["--data-dir", str(tmp_path / name)] for name in ("mine", "stray"))
    for arguments in (
        [*mine, "models", "list", "--json"],
        ["models", "list", "--json", *mine],
        [*stray, "models", "list", "--json", *mine],
    ):
        code, out, _ = _run(capsys, *arguments)
        assert code == 0
        assert {"mine", "stray"} & {entry["name"] for entry in json.loads(out)["models"]} == {"mine"}


def test_the_doctor_looks_at_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    found = collect(DataPaths(tmp_path / ("a" * 300) / "b"))
    assert found["paths"]["data"].endswith("b")
    assert found["paths"]["free_gib"] > 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_configuration_that_is_a_pipe_is_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    code, out, err = _run(capsys, "train", "--config", str(tmp_path / "pipe"), "--data-dir", str(tmp_path))
    assert (code, out) == (2, "")
    assert "not a regular file" in err


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("num_envs = 100_000_000", "num_envs must be 1..1024, got 100000000"),
        ("nope = 1", "nope is not known"),
        ("a" + ".a" * 30_000 + " = 1", "nested too deeply"),
        ("seed = " + "9" * 10_000, "Exceeds the limit"),
        ("seed =\nnum_envs = 1\n", "at line 1"),
    ],
)
def test_a_configuration_that_is_none_is_named_with_its_fault(
    text: str, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.toml").write_text(text)
    code, _, err = _run(
        capsys, "train", "--config", str(tmp_path / "run.toml"), "--data-dir", str(tmp_path), "--steps", "8"
    )
    assert code == 2
    assert "run.toml is not a training configuration" in err
    assert fault in err


def test_a_taken_slot_is_told_before_the_training_and_not_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["--data-dir", str(tmp_path)]
    assert _run(capsys, "train", *SMALL, "--save-slot", "mine", *here)[0] == 0
    code, out, err = _run(capsys, "train", *SMALL, "--save-slot", "mine", *here)
    assert (code, out) == (2, "")
    assert "mine exists already" in err or "'mine' exists already" in err


def test_a_run_that_could_not_be_saved_has_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(atomic, "_check_space", full)
    code, out, err = _run(capsys, "train", *SMALL, "--data-dir", str(tmp_path))
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "tetris_arcade: latest was not saved: the disk is full"


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


def test_demo_of_damaged_slot_opens_no_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "checkpoints" / "slots" / "broken").mkdir(parents=True)
    code, out, err = _run(capsys, "demo", "broken", "--data-dir", str(tmp_path))
    assert (code, out) == (1, "")
    assert err.startswith("tetris_arcade: broken cannot be used")
    assert len(err.splitlines()) == 1


def test_kiosk_accepts_damaged_but_not_unknown_models(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    (paths.slots / "broken").mkdir(parents=True)
    kiosk._check_playlist(paths, ("bcts", "broken"))
    with pytest.raises(UnknownModelError, match="nobody"):
        kiosk._check_playlist(paths, ("broken", "nobody"))


def test_table_ranks_results_of_the_standard_test_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["--data-dir", str(tmp_path)]
    name = "x" * 40
    shipped = shipped_slots()
    assert shipped is not None
    champion = load_checkpoint(shipped / "champion")
    untested = replace(champion.metadata, origin="trained", evaluation=None)
    save_slot_bytes(DataPaths(tmp_path), name, champion.read(MODEL_NAME), untested)
    own = ["--games", "2", "--max-pieces", "50"]
    assert _run(capsys, "evaluate", name, *own, *here)[0] == 0
    lines = _run(capsys, "models", "list", *here)[1].splitlines()
    assert "100 games, 10 rows, uniform pieces, at most 50,000 each" in lines[0]
    (heading,) = (line for line in lines if "lines per game " in line and "episodes" in line)
    row = lines[next(i for i, line in enumerate(lines) if name in line) + 1]
    assert row.endswith("2 games, 20 rows, bag pieces, at most 50 each")
    assert row.index("trained") == heading.index("origin")  # A long name moves no column.
    assert not _evaluation_of(capsys, name, here)["is_ranked"]

    ranked = Evaluation(100, 9.0, 9.0, (8.0, 9.5), 0, 77, 50_000, "uniform", 10)
    save_slot_evaluation(DataPaths(tmp_path), name, ranked)
    assert _run(capsys, "evaluate", name, *own, *here)[0] == 0
    tested = _evaluation_of(capsys, name, here)  # A ranked result stays.
    assert (tested["is_ranked"], tested["evaluated_lines"]) == (True, 9.0)


def test_evaluate_without_conditions_is_the_standard_test(capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(_run(capsys, "evaluate", "random", "--json")[1])
    assert (report["games"], report["max_pieces"]) == (100, 50_000)
    assert (report["pieces"], report["height"], report["seed"]) == ("uniform", 10, 77)
    assert report["mean_lines"] == pytest.approx(REFERENCE_PLAYERS["random"].evaluation.mean_lines)


def _evaluation_of(capsys: pytest.CaptureFixture[str], name: str, here: list[str]) -> dict[str, object]:
    models = json.loads(_run(capsys, "models", "list", "--json", *here)[1])["models"]
    (found,) = (entry for entry in models if entry["name"] == name)
    assert isinstance(found, dict)
    return found


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
    code, _, err = _run(capsys, "models", "export", "gift", file, *mine)
    assert (code, "gift.zip exists already: give --force to replace it" in err) == (2, True)
    assert _run(capsys, "models", "export", "gift", file, "--force", *mine)[0] == 0
    assert _run(capsys, "models", "import", file, "--name", "got", *yours)[0] == 0
    conditions = ["--games", "3", "--max-pieces", "60", "--seed", "1", "--json"]
    sent = json.loads(_run(capsys, "evaluate", "gift", *conditions, *mine)[1])
    got = json.loads(_run(capsys, "evaluate", "got", *conditions, *yours)[1])
    assert sent["lines"] == got["lines"]
    again = str(tmp_path / "again.zip")
    assert _run(capsys, "models", "export", "got", again, *yours)[0] == 0
    assert type(DQN.load(again).policy).__name__ == "PlacementPolicy"
