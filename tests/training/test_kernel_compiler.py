"""A training begins with few kernels; the others are compiled beside it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.engine.test_kernel_cache import run_python
from tetris_arcade.training import kernel_compiler
from tetris_arcade.training.kernel_compiler import KernelCompiler

TRAIN = """
    import gc
    from numba.core.registry import CPUDispatcher
    from tests.training.conftest import SMALL
    from tetris_arcade.engine.compile_kernels import TRAINING, warm_up
    from tetris_arcade.training.callbacks import StepViewCallback
    from tetris_arcade.training.factory import build_learner
    from tetris_arcade.training.run_listener import RunProgress
    from tetris_arcade.training.run_listener import RunListener

    class Viewer(RunListener):
        def wants_snapshot(self):
            return True

        def after_step(self, progress, snapshot):
            snapshot.values()

    def loaded():
        dispatchers = [each for each in gc.get_objects() if isinstance(each, CPUDispatcher)]
        return sorted((each.py_func.__name__, len(each.overloads)) for each in dispatchers if each.overloads)

    warm_up(lambda text, done: None, TRAINING)
    model = build_learner(SMALL)
    model.prepare()
    before = loaded()
    model.learn(SMALL.total_timesteps, StepViewCallback(RunProgress(), Viewer()))
    print([each for each in loaded() if each not in before])
"""


def test_a_training_begins_with_its_own_kernels_only() -> None:
    assert run_python(TRAIN)[0][-1] == "[]"


def test_other_kernels_are_compiled_beside_a_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(kernel_compiler, "is_warm", lambda: False)
    compiler = KernelCompiler()
    assert compiler.is_running
    until = time.monotonic() + 120.0
    while not any(tmp_path.rglob("*.lock")):  # the first kernel
        assert time.monotonic() < until
        time.sleep(0.1)
    compiler.close()
    assert not compiler.is_running


def test_nothing_is_compiled_where_all_is_or_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_compiler, "is_warm", lambda: True)
    assert not KernelCompiler().is_running
    monkeypatch.setattr(kernel_compiler, "is_warm", lambda: False)
    monkeypatch.setattr(kernel_compiler, "is_cache_writable", lambda: False)
    compiler = KernelCompiler()
    assert not compiler.is_running
    compiler.close()
