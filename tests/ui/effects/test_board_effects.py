"""Each effect comes with its event, ends after its time, and is absent with reduced motion."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from pygame import Rect

from tests.ui.effects.landings import make_landing
from tests.ui.widgets.board_fixtures import WHOLE, canvas, make_board
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.widgets.board import draw_board

FRAME = 1 / 60
BOARD = make_board(*("..........",) * 20)
COUNTER = Rect(4, 4, 20, 10)
Event = Callable[[BoardEffects], None]
EVENTS: dict[str, tuple[Event, float]] = {
    "landing": (lambda effects: effects.land(make_landing()), 0.45),
    "hard drop": (lambda effects: effects.land(make_landing(is_hard_drop=True)), 0.45),
    "clear": (lambda effects: effects.land(make_landing(2)), 1.1),
    "celebration": (lambda effects: effects.celebrate(), 2.7),
    "record": (lambda effects: effects.cross_record(), 2.7),
}
"""(what happens, after how many seconds all is as before)."""


def _draw(effects: BoardEffects | None, *, reduced_motion: bool = False) -> bytes:
    canvas_ = canvas(reduced_motion=reduced_motion)
    _draw_on(canvas_, effects)
    return pygame.image.tobytes(canvas_.surface, "RGB")


def _draw_on(canvas_: Canvas, effects: BoardEffects | None) -> None:
    canvas_.counters.append(COUNTER)
    draw_board(canvas_, WHOLE, BOARD, 1.0, effects=effects)
    canvas_.finish_scene()


@pytest.mark.parametrize("name", EVENTS)
def test_effect_comes_with_its_event_and_ends(name: str) -> None:
    happen, seconds = EVENTS[name]
    effects, still = BoardEffects(), _draw(None)
    assert _draw(effects) == still
    happen(effects)
    changed = 0
    while effects.now < seconds:
        effects.advance(FRAME)
        changed += _draw(effects) != still
        assert effects.is_moving or effects.now > seconds / 2
    assert changed > 5
    assert _draw(effects) == still
    assert not effects.is_moving


@pytest.mark.parametrize("name", EVENTS)
def test_reduced_motion_leaves_every_effect_out(name: str) -> None:
    effects, still = BoardEffects(), _draw(None, reduced_motion=True)
    effects.land(make_landing(free_rows=1, combo=5, lines=1))
    EVENTS[name][0](effects)
    for _ in range(30):
        effects.advance(FRAME)
        assert _draw(effects, reduced_motion=True) == still


def test_drawing_twice_and_a_second_game_with_the_seed_look_the_same() -> None:
    pictures = []
    for frames in (1, 6):  # The same time in one frame or in six.
        effects = BoardEffects(seed=5)
        effects.land(make_landing(4))
        for _ in range(frames):
            effects.advance(0.3 / frames)
        pictures += [_draw(effects), _draw(effects)]
    assert len(set(pictures)) == 1


def test_hard_drop_moves_the_board_a_pixel_or_two() -> None:
    effects, offsets = BoardEffects(), set()
    effects.land(make_landing(is_hard_drop=True))
    for _ in range(20):
        effects.advance(FRAME)
        offsets.add(round(2 * effects.bump))  # at 1280x720
    assert max(offsets) in (1, 2)
    assert min(offsets) == 0


def test_cells_of_cleared_lines_fly_to_where_lines_are_counted() -> None:
    effects = BoardEffects()
    effects.land(make_landing(1))
    near_counter = []
    for _ in range(45):
        effects.advance(FRAME)
        with_flights, without = canvas(), canvas()
        _draw_on(with_flights, effects)
        draw_board(without, WHOLE, BOARD, 1.0, effects=effects)
        flown = pygame.surfarray.array3d(with_flights.surface) != pygame.surfarray.array3d(without.surface)
        near_counter.append(flown.any(axis=2)[:40, :40].any())
    assert not any(near_counter[:20])
    assert any(near_counter[30:])


def test_combo_heats_the_frame_and_a_miss_cools_it() -> None:
    effects, heats = BoardEffects(), []
    for combo in range(5):
        effects.land(make_landing(1, combo=combo))
        effects.advance(1.0)
        heats.append(effects.heat)
    assert heats == sorted(heats)
    assert heats[0] == 0.0
    assert heats[-1] > 0.6
    effects.land(make_landing())
    effects.advance(2.0)
    assert effects.heat < 0.02


def test_danger_begins_near_the_top_and_ends_some_rows_below() -> None:
    effects, seen = BoardEffects(), []
    for free_rows in (8, 4, 3, 5, 6, 7):
        effects.land(make_landing(free_rows=free_rows))
        effects.advance(0.6)
        seen.append(effects.is_in_danger)
    assert seen == [False, False, True, True, True, False]
    assert effects.mood == "calm"


def test_face_follows_what_happens() -> None:
    effects, moods = BoardEffects(), []
    for happen in (
        lambda: effects.land(make_landing(1)),
        lambda: effects.land(make_landing(free_rows=2)),
        effects.end,
        effects.celebrate,
    ):
        happen()
        moods.append(effects.mood)
        effects.advance(1.0)
        moods.append(effects.mood)
        effects.advance(3.0)
    assert moods == ["glad", "calm", "worried", "worried", "puzzled", "puzzled", "glad", "glad"]


@pytest.mark.parametrize(
    ("moves_per_second", "has_effects"), [(2, True), (8, True), (60, False), (300, False)]
)
def test_effects_thin_out_to_none_at_full_speed(moves_per_second: int, has_effects: bool) -> None:
    effects = BoardEffects()
    effects.land(make_landing())
    effects.advance(5.0)  # The first landing is long over.
    effects.land(make_landing())
    for number in range(moves_per_second):
        effects.advance(1 / moves_per_second)
        effects.land(make_landing(number % 3 == 0, combo=number, free_rows=number % 20))
    effects.advance(1.0)
    effects.now -= 0.9
    alive = [each.live(effects.now) for each in (effects.dust, effects.cells)]
    assert any(live is not None for live in alive) == has_effects
    assert effects.is_in_danger is False or has_effects


def _transitions(light: list[float], least: float = 0.1) -> list[int]:
    """The frames at which the light has changed by at least so much, against the last such change."""
    found: list[int] = []
    extreme, direction = light[0], 0
    for frame, value in enumerate(light):
        change = value - extreme
        if abs(change) >= least and np.sign(change) != direction:
            found.append(frame)
            extreme, direction = value, int(np.sign(change))
        elif change * direction > 0:
            extreme = value
    return found


def test_count_of_flashes_sees_a_strobe() -> None:
    assert len(_transitions([0.0, 0.5] * 5)) == 9
    assert _transitions([0.01 * frame for frame in range(50)]) == [10]


def test_nothing_flashes_more_than_three_times_a_second() -> None:
    """The general flash limit of WCAG 2.3.1, for each quarter of the board, with everything at once."""
    effects, canvas_ = BoardEffects(), canvas()
    light: list[NDArray[np.float64]] = []
    effects.celebrate()
    for frame in range(240):
        effects.advance(FRAME)
        if frame % 12 == 0:
            effects.land(make_landing(4 * (frame % 24 == 0), free_rows=1, combo=frame // 24))
        if frame == 60:
            effects.cross_record()
        canvas_.fill(canvas_.rect, canvas_.theme.background)
        _draw_on(canvas_, effects)
        colors = pygame.surfarray.array3d(canvas_.surface).astype(np.float64) / 255.0
        relative = colors**2.2 @ (0.2126, 0.7152, 0.0722)
        light.append(relative.reshape(2, 110, 2, 220).mean(axis=(1, 3)).ravel())
    for quarter in np.array(light).T:
        at = _transitions(quarter.tolist())
        assert all(later - first > 60 for first, later in zip(at, at[6:], strict=False))
