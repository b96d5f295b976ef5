"""Environment variables that the program does not obey."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tetris_arcade.process.environment import remove_numba_settings


def test_only_settings_of_the_kernel_cache_are_kept() -> None:
    environment = {
        "NUMBA_NUM_THREADS": "0",
        "NUMBA_CACHE_DIR": "/a",
        "NUMBA_CPU_NAME": "generic",
        "HOME": "/",
    }
    remove_numba_settings(environment)
    assert environment == {"NUMBA_CACHE_DIR": "/a", "NUMBA_CPU_NAME": "generic", "HOME": "/"}


@pytest.mark.parametrize("setting", ["NUMBA_NUM_THREADS=many", "NUMBA_NUM_THREADS=0", "NUMBA_DISABLE_JIT=1"])
def test_malformed_setting_changes_nothing(tmp_path: Path, setting: str) -> None:
    name, _, value = setting.partition("=")
    command = [sys.executable, "-m", "tetris_arcade", "evaluate", "bcts", "--games", "1", "--max-pieces", "5"]
    done = subprocess.run(
        [*command, "--data-dir", str(tmp_path)],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.startswith("bcts: ")) == (0, True)
    assert "numba" not in done.stderr.lower()
