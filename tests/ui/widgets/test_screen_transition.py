"""The old screen falls away within its time."""

from __future__ import annotations

import pygame
from pygame import Surface

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.widgets.screen_transition import TRANSITION_SECONDS, ScreenTransition


def test_transition_uncovers_the_screen_in_time() -> None:
    screen = canvas((200, 200))
    red = Surface((200, 200))
    red.fill((255, 0, 0))
    transition = ScreenTransition()
    transition.start(red)
    shares = []
    for now in (5.0, 5.0 + TRANSITION_SECONDS / 2, 5.0 + TRANSITION_SECONDS):
        screen.surface.fill((0, 0, 255))
        transition.update(now)
        transition.draw(screen)
        shares.append(float((pygame.surfarray.array3d(screen.surface)[:, :, 0] == 255).mean()))
    assert shares[0] == 1.0
    assert 0.1 < shares[1] < 0.9
    assert shares[2] == 0.0


def test_resize_ends_the_transition() -> None:
    transition, screen = ScreenTransition(), canvas((100, 100))
    transition.start(Surface((50, 50)))
    before = screen.surface.copy()
    transition.update(0.0)
    transition.draw(screen)
    assert pygame.image.tobytes(before, "RGB") == pygame.image.tobytes(screen.surface, "RGB")
