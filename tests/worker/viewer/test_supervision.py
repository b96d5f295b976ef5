"""When a worker is given up and when the next one starts."""

from __future__ import annotations

from tetris_arcade.worker.viewer.supervision import LivenessMonitor, StallTimer, Timeouts

LIMITS = Timeouts()


def test_pauses_double_up_to_the_longest() -> None:
    backoff = LIMITS.new_backoff()
    pauses = [backoff.next_delay(1.0) for _ in range(10)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_a_healthy_minute_makes_the_pause_short_again() -> None:
    backoff = LIMITS.new_backoff()
    for _ in range(5):
        backoff.next_delay(0.0)
    assert [backoff.next_delay(60.0), backoff.next_delay(1.0)] == [0.5, 1.0]


def test_silence_counts_from_the_last_change() -> None:
    watch = StallTimer(0, 0.0)
    assert watch.seconds(0, 0.2) == 0.2
    assert watch.seconds(1, 0.4) == 0.0
    assert watch.seconds(1, 0.5) > 0.09


def test_a_watcher_that_was_asleep_blames_nobody() -> None:
    signs = LivenessMonitor(LIMITS, 0, 0, 0.0)
    assert signs.stalled_seconds(0, 0, False, 3600.0) is None


def test_start_up_has_a_limit_of_its_own() -> None:
    def judged(seconds: int, is_starting: bool) -> float | None:
        signs = LivenessMonitor(LIMITS, 0, 0, 0.0)
        verdicts = [
            signs.stalled_seconds(0, 0, is_starting, tick / 10) for tick in range(1, seconds * 10 + 1)
        ]
        return verdicts[-1]

    assert judged(11, is_starting=False) is not None
    assert judged(11, is_starting=True) is None
    assert judged(181, is_starting=True) is not None


def test_an_engine_that_is_yet_to_be_compiled_gives_a_start_more_time_and_work_none() -> None:
    def judged(seconds: int, is_starting: bool) -> float | None:
        signs = LivenessMonitor(LIMITS, 0, 0, 0.0, compiles=True)
        verdicts = [signs.stalled_seconds(0, 0, is_starting, tick / 5) for tick in range(1, seconds * 5 + 1)]
        return verdicts[-1]

    assert judged(600, is_starting=True) is None
    assert judged(901, is_starting=True) is not None
    assert judged(11, is_starting=False) is not None


def test_work_that_stands_still_while_the_process_lives_is_noticed() -> None:
    signs = LivenessMonitor(LIMITS, 0, 0, 0.0)
    verdicts = [signs.stalled_seconds(tick, 0, False, tick / 10) for tick in range(1, 1_301)]
    assert verdicts[1_000] is None
    assert verdicts[-1] is not None
