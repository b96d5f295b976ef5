"""Compiles all kernels that tests use, in one process, while other processes run the tests that need none."""

from __future__ import annotations

from tests.training.conftest import SMALL
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.compile_kernels import warm_up


def main() -> None:
    warm_up(lambda _text, _share: None)
    from tetris_arcade.training.factory import build_learner

    for config in (TrainConfig(), SMALL):
        build_learner(config).prepare()


if __name__ == "__main__":
    main()
