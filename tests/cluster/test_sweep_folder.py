"""What is stored of a sweep is read again, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ray", reason="the extra cluster is not installed")

from tests.cluster.sweeps import small_spec, start_folder
from tetris_arcade.cluster.trials import Trial
from tetris_arcade.storage.errors import DamagedError


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
