"""`sweep` on the command line: what is refused before anything is started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.import_graph import ROOT
from tetris_arcade.cli import main
from tetris_arcade.cluster import extra
from tetris_arcade.cluster.spec import parse_spec
from tetris_arcade.config.paths import DataPaths

needs_extra = pytest.mark.skipif(
    bool(extra.missing_cluster_packages()), reason="the extra cluster is not installed"
)
SPEC = "trials = 2\nsteps = 1000\n[space]\ngamma = [0.9, 0.99]\n"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    try:
        code = main(arguments)
    except SystemExit as end:  # argparse
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    assert out == ""
    return code, err.strip().splitlines()[-1]


def _spec(folder: Path, text: str = SPEC) -> str:
    """A file of that content; all of them have the same name, in different folders."""
    file = folder / f"{hash(text)}" / "small.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize("name", ["sweep_five_seconds.toml", "sweep_ten_rows.toml"])
def test_the_shipped_specs_are_specs(name: str) -> None:
    spec = parse_spec((ROOT.parent / "assets" / name).read_bytes())
    assert {"learning_rate", "huber_delta", "gamma", "net_arch", "env.game_over_penalty"} <= {
        parameter.name for parameter in spec.space
    }


@needs_extra
def test_a_bad_request_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--data-dir", str(tmp_path / "data"))
    spec, other = _spec(tmp_path), tmp_path / "other.toml"
    other.write_text("trials = 2\nsteps = 10\ngama = 1\n[space]\ngamma = [0.9]\n")
    for arguments, message in (
        (("sweep", str(tmp_path / "none.toml")), "it does not exist"),
        (("sweep", str(other)), "gama is not known"),
        (("sweep", _spec(tmp_path, "trials = 2\nsteps = 10\n"), "--trials", "3"), "space is empty"),
        (("sweep", _spec(tmp_path), "--resume"), "no sweep of this spec to resume"),
        (("sweep", spec, "--save-slot", "latest"), "reserved"),
        (("sweep", spec, "--trials", "0"), "must be 1.."),
        (("sweep", spec, "--trials", "100000"), "trials must be"),
        (("sweep", spec, "--address", "somewhere"), "must be local or HOST:PORT"),
        (("evaluate", "bcts", "--address", "ray://a:1"), "must be local or HOST:PORT"),
    ):
        code, error = _run(capsys, *arguments, *here)
        assert (code, message in error) == (2, True), error
    assert not (tmp_path / "data" / "logs" / "sweeps").exists()


@needs_extra
def test_a_cluster_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Nobody listens there.
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        here = ("--address", address, "--data-dir", str(tmp_path))
        for arguments in (("sweep", _spec(tmp_path)), ("evaluate", "bcts", "--games", "1")):
            code, error = _run(capsys, *arguments, *here)
            assert code == 1
            assert f"the cluster at {address} cannot be reached" in error


def test_without_the_extra_a_sentence_says_how_to_install_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    for arguments in (("sweep", _spec(tmp_path)), ("evaluate", "bcts", "--games", "1", "--address", "local")):
        code, error = _run(capsys, *arguments, "--data-dir", str(tmp_path))
        assert code == 1
        assert extra.HOW_TO_INSTALL in error


@needs_extra
def test_the_newest_sweep_is_the_one_that_was_started_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with a clock that was set back, and with ten of one second."""
    from tetris_arcade.cluster.sweep_folder import create_sweep, newest_sweep

    paths, plan = DataPaths(tmp_path), parse_spec(SPEC.encode()).plan
    for year in (2027, *[2020] * 11, 2028):
        monkeypatch.setattr("time.strftime", lambda pattern, year=year: f"{year}0101-000000")
        created = create_sweep(paths, "small", SPEC.encode(), plan)
        newest = newest_sweep(paths, "small")
        assert newest is not None
        assert newest.name == created.name


@needs_extra
def test_a_resumed_sweep_is_the_one_that_was_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tetris_arcade.cluster.sweep_folder import create_sweep, newest_sweep

    paths, plan = DataPaths(tmp_path), parse_spec(SPEC.encode()).plan
    create_sweep(paths, "small", SPEC.encode(), plan)
    found = newest_sweep(paths, "small")
    assert found is not None
    assert found.load_spec().plan == plan
    here = ("--resume", "--data-dir", str(tmp_path))
    for arguments, message in (
        (("sweep", _spec(tmp_path, SPEC.replace("0.9,", "0.8,"))), "the spec has changed"),
        (("sweep", _spec(tmp_path), "--seeds", "2"), "can only get more trials"),
        (("sweep", _spec(tmp_path), "--trials", "1"), "can only get more trials"),
    ):
        code, error = _run(capsys, *arguments, *here)
        assert (code, message in error) == (2, True), error
