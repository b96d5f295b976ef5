"""The footer shows what fits, always the help and the way back, and its items can be clicked."""

from __future__ import annotations

import pygame
import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.footer import Footer, FooterItem, FooterLayout, KeyLabel

LANDSCAPE, TALL = (640, 360), (360, 640)
HELP = FooterItem((KeyLabel("F1", Action.HELP),), "help")
MANY = [FooterItem((KeyLabel("P", Action.PAUSE),), f"what it does {number}") for number in range(30)]


@pytest.mark.parametrize("size", [LANDSCAPE, TALL])
def test_footer_shows_what_fits_and_the_help(size: tuple[int, int]) -> None:
    screen = canvas(size)
    footer = FooterLayout(screen, MANY, HELP)
    rect = Rect(0, size[1] - footer.height, size[0], footer.height)
    buttons = footer.draw(screen, rect)
    assert all(rect.inflate(2, 2).contains(button.rect) for button in buttons)
    assert buttons[-1].action is Action.HELP
    items = [button.rect for button in buttons if button.action is Action.PAUSE]
    help_items = [button.rect for button in buttons if button.action is Action.HELP]
    assert len(items) >= 4
    assert not any(item.colliderect(other) for item in items for other in help_items)


def test_way_back_is_shown_though_it_comes_last() -> None:
    back = FooterItem((KeyLabel("ESC", Action.BACK),), "back")
    screen = canvas(LANDSCAPE)
    footer = FooterLayout(screen, [*MANY, back], HELP)
    buttons = footer.draw(screen, Rect(0, 0, LANDSCAPE[0], footer.height))
    assert Action.BACK in {button.action for button in buttons}


def test_portrait_has_two_lines() -> None:
    assert FooterLayout(canvas(TALL), MANY, HELP).height > FooterLayout(canvas(TALL), MANY[:1], HELP).height
    one_line = FooterLayout(canvas(LANDSCAPE), [], HELP).height
    assert FooterLayout(canvas(LANDSCAPE), MANY, HELP).height == one_line


def test_footer_is_painted_again_only_with_new_items() -> None:
    screen, footer = canvas(LANDSCAPE), Footer()
    rect = Rect(0, 300, LANDSCAPE[0], footer.arrange(screen, MANY[:2], HELP))
    first = footer.draw(screen, rect)
    painted = pygame.image.tobytes(screen.surface, "RGB")
    screen.surface.fill((0, 0, 0))
    footer.arrange(screen, list(MANY[:2]), HELP)
    assert footer.draw(screen, rect) is first
    is_same = pygame.image.tobytes(screen.surface, "RGB") == painted
    assert is_same
    footer.arrange(screen, MANY[:3], HELP)
    assert len(footer.draw(screen, rect)) > len(first)
    is_same = pygame.image.tobytes(screen.surface, "RGB") == painted
    assert not is_same
