"""What is stored of a sweep is read again, or refused in a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="the extra cluster is not installed")

from tests.cluster.sweeps import small_spec, start_folder
from tetris_arcade.cluster.segment import read_result, result_file
from tetris_arcade.cluster.trials import Trial
from tetris_arcade.storage.errors import DamagedError, NewerVersionError, UnreadableError


def test_trials_are_read_again(tmp_path: Path) -> None:
    folder = start_folder(tmp_path, small_spec())
    plan = folder.load_spec().plan
    for number in range(2):
        folder.save_trial(Trial(number, {"learning_rate": 1e-3, "net_arch": [16]}, [[], []]))
    assert [trial.number for trial in folder.load_trials(plan)] == [0, 1]
    assert folder.load_trials(plan)[1].values == {"learning_rate": 1e-3, "net_arch": [16]}


@pytest.mark.parametrize("content", [b"", b"{", b'{"values": 7}'])
def test_damaged_records_are_refused(tmp_path: Path, content: bytes) -> None:
    folder = start_folder(tmp_path, small_spec())
    plan = folder.load_spec().plan
    folder.save_trial(Trial(0, {}, [[], []]))
    (record,) = (folder.root / "trials" / "000").iterdir()
    record.write_bytes(content)
    with pytest.raises(DamagedError, match=r"trial\.json"):
        folder.load_trials(plan)
    folder.plan_file.write_bytes(content)
    with pytest.raises(DamagedError, match=folder.plan_file.name):
        folder.load_spec()


@pytest.mark.parametrize("more", [b'"version": 2', b'"teams": 7'])
def test_records_of_a_newer_version_are_told_from_damaged_ones(tmp_path: Path, more: bytes) -> None:
    folder = start_folder(tmp_path, small_spec())
    plan = folder.load_spec().plan
    folder.save_trial(Trial(0, {}, [[], []]))
    (trial,) = (folder.root / "trials" / "000").iterdir()
    for record in (trial, folder.plan_file):
        record.write_bytes(b"{" + more + b", " + record.read_bytes().lstrip()[1:])
    with pytest.raises(NewerVersionError, match=r"trial\.json of the sweep was saved by a newer version"):
        folder.load_trials(plan)
    with pytest.raises(NewerVersionError, match=folder.plan_file.name):
        folder.load_spec()


def test_what_cannot_be_read_now_is_not_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = start_folder(tmp_path, small_spec())
    plan = folder.load_spec().plan
    folder.save_trial(Trial(0, {}, [[], []]))
    training = folder.training_folder(0, 0)
    training.mkdir()
    result_file(training, 1).write_text('{"timesteps": 1, "seconds": 1.0, "lines": [1]}')

    def refuse(*_: object, **_more: object) -> None:
        raise OSError(errno.EIO, "injected")

    for call in ("open", "lstat"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, refuse)
            with pytest.raises(UnreadableError):
                folder.load_trials(plan)
            with pytest.raises(UnreadableError):
                read_result(training, 1)
    (result,) = folder.load_trials(plan)[0].results[0]
    assert result.lines == (1,)
