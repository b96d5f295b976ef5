"""Foot, help's caps, curtain, toasts, letter wheel, logo: what they show and what can be clicked."""

from __future__ import annotations

import pygame
import pytest
from pygame import Rect, Surface

from tests.recording_canvas import RecordingCanvas
from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.ui.widgets.footer import Footer, FooterItem, FooterLayout, KeyLabel
from tetris_arcade.ui.widgets.letter_wheel import LetterWheel
from tetris_arcade.ui.widgets.menu import Entry, Menu, heading
from tetris_arcade.ui.widgets.screen_transition import CURTAIN_SECONDS, ScreenTransition
from tetris_arcade.ui.widgets.toast import Toasts

LANDSCAPE, TALL = (640, 360), (360, 640)
HELP = FooterItem((KeyLabel("F1", Action.HELP),), "help")
MANY = [FooterItem((KeyLabel("P", Action.PAUSE),), f"what it does {number}") for number in range(30)]


@pytest.mark.parametrize("size", [LANDSCAPE, TALL])
def test_the_foot_shows_what_fits_and_always_the_help(size: tuple[int, int]) -> None:
    screen = canvas(size)
    foot = FooterLayout(screen, MANY, HELP)
    line = Rect(0, size[1] - foot.height, size[0], foot.height)
    buttons = foot.draw(screen, line)
    assert all(line.inflate(2, 2).contains(button.rect) for button in buttons)
    assert buttons[-1].action is Action.HELP
    places = [button.rect for button in buttons if button.action is Action.PAUSE]
    helps = [button.rect for button in buttons if button.action is Action.HELP]
    assert len(places) >= 4
    assert not any(place.colliderect(shown) for place in places for shown in helps)


def test_a_tall_screen_has_two_lines_of_keys() -> None:
    assert FooterLayout(canvas(TALL), MANY, HELP).height > FooterLayout(canvas(TALL), MANY[:1], HELP).height
    assert (
        FooterLayout(canvas(LANDSCAPE), MANY, HELP).height == FooterLayout(canvas(LANDSCAPE), [], HELP).height
    )


def test_a_foot_line_is_painted_again_only_when_it_says_something_else() -> None:
    screen, line = canvas(LANDSCAPE), Footer()
    rect = Rect(0, 300, LANDSCAPE[0], line.show(screen, MANY[:2], HELP))
    first = line.draw(screen, rect)
    painted = pygame.image.tobytes(screen.surface, "RGB")
    screen.surface.fill((0, 0, 0))
    line.show(screen, list(MANY[:2]), HELP)
    assert line.draw(screen, rect) is first
    is_same = pygame.image.tobytes(screen.surface, "RGB") == painted
    assert is_same
    line.show(screen, MANY[:3], HELP)
    assert len(line.draw(screen, rect)) > len(first)
    is_same = pygame.image.tobytes(screen.surface, "RGB") == painted
    assert not is_same


def test_the_curtain_uncovers_all_within_its_time() -> None:
    screen = canvas((200, 200))
    red = Surface((200, 200))
    red.fill((255, 0, 0))
    curtain = ScreenTransition()
    curtain.start(red)
    shares = []
    for now in (5.0, 5.0 + CURTAIN_SECONDS / 2, 5.0 + CURTAIN_SECONDS):
        screen.surface.fill((0, 0, 255))
        curtain.update(now)
        curtain.draw(screen)
        shares.append(float((pygame.surfarray.array3d(screen.surface)[:, :, 0] == 255).mean()))
    assert shares[0] == 1.0
    assert 0.1 < shares[1] < 0.9
    assert shares[2] == 0.0


def test_a_curtain_for_another_window_size_is_not_drawn() -> None:
    curtain, screen = ScreenTransition(), canvas((100, 100))
    curtain.start(Surface((50, 50)))
    before = screen.surface.copy()
    curtain.update(0.0)
    curtain.draw(screen)
    assert pygame.image.tobytes(before, "RGB") == pygame.image.tobytes(screen.surface, "RGB")


def test_a_message_with_a_long_name_is_shown_whole() -> None:
    screen = RecordingCanvas(Surface((320, 240)), COLOUR_SAFE, SurfaceCache(), 1.5)
    toasts = Toasts()
    toasts.add("imported as a-very-long-name-that-does-not-end-here-and-not-here_either", "success")
    toasts.draw(screen)
    assert screen.cut == []


def test_a_message_stays_long_enough_to_be_read_and_goes() -> None:
    toasts = Toasts()
    toasts.add("saved", "success")
    toasts.update(100.0)
    toasts.update(102.0)
    assert [toast.text for toast in toasts._toasts] == ["saved"]
    toasts.update(110.0)
    assert toasts._toasts == []


def test_the_same_message_is_shown_once_and_many_do_not_fill_the_screen() -> None:
    toasts = Toasts()
    for text in ("a", "b", "a", "c", "d", "e"):
        toasts.add(text, "info")
    assert [toast.text for toast in toasts._toasts] == ["a", "c", "d", "e"]


def test_the_wheel_turns_both_ways_round_and_is_touched_where_it_is_drawn() -> None:
    wheel, screen = LetterWheel(), canvas(LANDSCAPE)
    wheel.turn(-1)
    assert wheel.sign == LetterWheel.DONE
    wheel.turn(2)
    assert wheel.sign == "b"
    wheel.draw(screen, Rect(20, 20, 300, 60))
    place = next(rect for rect, index in wheel._places if index == 3)
    assert wheel.click(place.center) == "d"
    assert wheel.sign == "d"
    assert wheel.click((1, 1)) == ""


def test_headings_are_passed_over() -> None:
    menu = Menu([heading("Sound"), Entry("a", "A"), heading("Keys"), Entry("b", "B")])
    chosen = [menu.current.key]
    for _ in range(3):
        menu.handle(InputEvent(action=Action.DOWN))
        chosen.append(menu.current.key)
    assert chosen == ["a", "b", "a", "b"]


def test_the_arrows_of_a_value_turn_it_both_ways_by_touch() -> None:
    turned: list[int] = []
    menu = Menu([Entry("a", "Volume", "70%", turned.append)])
    menu.draw(canvas(LANDSCAPE), Rect(0, 0, 300, 40))
    _, row = menu._rects[0]
    menu.handle(InputEvent(position=menu._arrows[0].center, clicked=True))
    menu.handle(InputEvent(position=(row.right - 4, row.centery), clicked=True))
    assert turned == [-1, 1]


def test_a_long_menu_scrolls_to_what_is_chosen() -> None:
    menu = Menu([Entry(str(number), str(number)) for number in range(40)])
    screen = canvas(LANDSCAPE)
    for _ in range(39):
        menu.handle(InputEvent(action=Action.DOWN))
        menu.draw(screen, Rect(0, 0, 300, 120))
        assert menu.chosen in [index for index, _ in menu._rects]
