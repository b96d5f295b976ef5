"""Timeouts, stalls and back-off."""

from __future__ import annotations

from tetris_arcade.worker.viewer.supervision import LivenessMonitor, StallTimer, Timeouts

TIMEOUTS = Timeouts()


def test_delay_doubles_up_to_the_longest() -> None:
    backoff = TIMEOUTS.new_backoff()
    pauses = [backoff.next_delay(1.0) for _ in range(10)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_healthy_run_resets_the_delay() -> None:
    backoff = TIMEOUTS.new_backoff()
    for _ in range(5):
        backoff.next_delay(0.0)
    assert [backoff.next_delay(60.0), backoff.next_delay(1.0)] == [0.5, 1.0]


def test_stall_is_measured_from_the_last_change() -> None:
    timer = StallTimer(0, 0.0)
    assert timer.update(0, 0.2) == 0.2
    assert timer.update(1, 0.4) == 0.0
    assert timer.update(1, 0.5) > 0.09


def test_time_asleep_is_not_a_stall() -> None:
    monitor = LivenessMonitor(TIMEOUTS, 0, 0, 0.0)
    assert monitor.stalled_seconds(0, 0, False, 3600.0) is None


def test_start_up_has_its_own_timeout() -> None:
    def stall(seconds: int, is_starting: bool) -> float | None:
        monitor = LivenessMonitor(TIMEOUTS, 0, 0, 0.0)
        stalls = [
            monitor.stalled_seconds(0, 0, is_starting, tick / 10) for tick in range(1, seconds * 10 + 1)
        ]
        return stalls[-1]

    assert stall(11, is_starting=False) is not None
    assert stall(11, is_starting=True) is None
    assert stall(181, is_starting=True) is not None


def test_compiling_extends_only_the_start_up_timeout() -> None:
    def stall(seconds: int, is_starting: bool) -> float | None:
        monitor = LivenessMonitor(TIMEOUTS, 0, 0, 0.0, compiles=True)
        stalls = [monitor.stalled_seconds(0, 0, is_starting, tick / 5) for tick in range(1, seconds * 5 + 1)]
        return stalls[-1]

    assert stall(600, is_starting=True) is None
    assert stall(901, is_starting=True) is not None
    assert stall(11, is_starting=False) is not None


def test_stalled_progress_with_heartbeat_is_detected() -> None:
    monitor = LivenessMonitor(TIMEOUTS, 0, 0, 0.0)
    stalls = [monitor.stalled_seconds(tick, 0, False, tick / 10) for tick in range(1, 1_301)]
    assert stalls[1_000] is None
    assert stalls[-1] is not None
