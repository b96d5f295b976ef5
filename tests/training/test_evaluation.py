"""An evaluation ends when nobody wants it any more."""

from __future__ import annotations

import signal
import threading

import pytest

from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import load_player


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for threads here")
def test_ctrl_c_ends_the_games_in_all_threads() -> None:
    heard: list[float] = []
    main = threading.main_thread().ident
    assert main is not None

    def interrupt_once(share: float) -> None:
        heard.append(share)
        if len(heard) == 1:
            signal.pthread_kill(main, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        evaluate(load_player("bcts"), games=2, max_pieces=1_000_000, num_threads=2, progress=interrupt_once)
    assert len(heard) < 400  # of some four thousand
