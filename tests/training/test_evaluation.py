"""Evaluations: what they return, and how they are interrupted."""

from __future__ import annotations

import signal
import threading

import pytest

from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import load_player


@pytest.mark.parametrize("name", ["bcts", "dt20", "random"])
def test_threads_play_the_same_games(name: str) -> None:
    one, three = (
        evaluate(load_player(name), games=5, max_pieces=60, height=10, num_threads=threads)
        for threads in (1, 3)
    )
    assert one.lines is not None
    assert one.lines == three.lines
    assert one.mean_lines == sum(one.lines) / 5
    assert one.mean_score == three.mean_score


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for threads here")
def test_ctrl_c_ends_all_threads() -> None:
    reported: list[float] = []
    main = threading.main_thread().ident
    assert main is not None

    def interrupt_once(fraction: float) -> None:
        reported.append(fraction)
        if len(reported) == 1:
            signal.pthread_kill(main, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        evaluate(load_player("bcts"), games=2, max_pieces=1_000_000, num_threads=2, progress=interrupt_once)
    assert len(reported) < 400  # of about four thousand
