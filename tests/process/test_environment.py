"""Environment variables that the program does not obey."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tetris_arcade.process.environment import clean_environment, replace_unwritable_cache_folder


def test_only_valid_settings_of_the_kernel_cache_are_kept() -> None:
    kept = {
        "NUMBA_CACHE_DIR": "/a\nb",
        "NUMBA_CPU_NAME": "skylake-avx512",
        "NUMBA_CPU_FEATURES": "+avx2,-sse4.1",
        "HOME": "/",
        "TORCH_HOME": "/",
    }
    removed = {"NUMBA_NUM_THREADS": "0", "TORCH_LOGS": "garbage", "TORCH_LOGS_OUT": "/nowhere/x"}
    environment = kept | removed
    clean_environment(environment)
    assert environment == kept | {"OPENBLAS_NUM_THREADS": "1"}


@pytest.mark.parametrize("features", ["garbage", "avx2", "+", "+avx2,", "+a b", ""])
def test_features_that_end_the_compiler_are_removed(features: str) -> None:
    environment = {"NUMBA_CPU_FEATURES": features, "OPENBLAS_NUM_THREADS": "many"}
    clean_environment(environment)
    assert environment == {"OPENBLAS_NUM_THREADS": "1"}


@pytest.mark.parametrize(
    "setting", ["NUMBA_NUM_THREADS=many", "NUMBA_DISABLE_JIT=1", "NUMBA_CPU_FEATURES=garbage"]
)
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


@pytest.mark.parametrize("folder", ["/proc/x", "/dev/null/x", __file__, "a" * 300])
def test_unwritable_cache_folder_is_replaced(folder: str) -> None:
    environment = {"NUMBA_CACHE_DIR": folder, "HOME": "/"}
    message = replace_unwritable_cache_folder(environment)
    assert message is not None
    assert message.startswith("NUMBA_CACHE_DIR is not used, because ")
    assert environment == {"HOME": "/"}


def test_writable_cache_folder_is_used(tmp_path: Path) -> None:
    for folder in (str(tmp_path / "new" / "folder"), ""):
        environment = {"NUMBA_CACHE_DIR": folder}
        assert replace_unwritable_cache_folder(environment) is None
        assert environment == {"NUMBA_CACHE_DIR": folder}
    assert list((tmp_path / "new" / "folder").iterdir()) == []


def test_program_says_where_kernels_cannot_be_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tetris_arcade", "models", "list", "--data-dir", str(tmp_path)]
    environment = {**os.environ, "NUMBA_CACHE_DIR": "/proc/x"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == (
        "tetris_arcade: NUMBA_CACHE_DIR is not used, because '/proc/x' cannot be written to: "
        "No such file or directory\n"
    )
