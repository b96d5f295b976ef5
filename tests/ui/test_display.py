"""The window: opening, resizing, hiding, and the messages when it cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pygame
import pytest

from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.ui import display as module
from tetris_arcade.ui.display import Display, DisplayError


@pytest.fixture
def display() -> Iterator[Display]:
    display = Display(DisplaySettings(window_size=(800, 480), presenting="software"))
    yield display
    display.close()


def test_missing_display_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4711")
    pygame.display.quit()
    with pytest.raises(DisplayError, match="start it on a desktop, or use `train`"):
        Display(DisplaySettings())


def test_plain_pygame_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module.pygame, "IS_CE", raising=False)
    with pytest.raises(DisplayError, match="install pygame-ce"):
        Display(DisplaySettings())


def test_full_screen_and_back(display: Display) -> None:
    display.toggle_full_screen()
    assert display.is_full_screen
    display.toggle_full_screen()
    assert display.surface.get_size() == (800, 480)


def _with_monitors(monkeypatch: pytest.MonkeyPatch, count: int) -> list[int]:
    """Let there be monitors; returns those that full screen was opened on, from 0."""
    set_mode, opened = pygame.display.set_mode, list[int]()

    def recording(size: tuple[int, int], flags: int = 0, **options: int) -> pygame.Surface:
        if flags == pygame.FULLSCREEN:
            opened.append(options.pop("display"))
        return set_mode(size, flags, **options)

    monkeypatch.setattr(pygame.display, "set_mode", recording)
    monkeypatch.setattr(pygame.display, "get_num_displays", lambda: count)
    return opened


def test_full_screen_is_on_the_chosen_monitor(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _with_monitors(monkeypatch, 2)
    settings = DisplaySettings(monitor=2, full_screen=True)
    display.change(settings)
    display.change(replace(settings, monitor=1))
    assert opened == [1, 0]
    assert display.warning is None


def test_monitor_that_is_missing_gives_way_to_the_first(
    display: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = _with_monitors(monkeypatch, 1)
    display.change(DisplaySettings(monitor=3, full_screen=True))
    assert opened == [0]
    assert display.warning == "The chosen monitor is missing: full screen is on the first"


def _refuse(monkeypatch: pytest.MonkeyPatch, *, vsync: bool = False, full_screen: bool = False) -> None:
    """Let SDL refuse a mode as it does on a screen without vsync: the window is lost with it."""
    set_mode = pygame.display.set_mode

    def refusing(size: tuple[int, int], flags: int = 0, **options: int) -> pygame.Surface:
        if (vsync and options["vsync"]) or (full_screen and flags == pygame.FULLSCREEN):
            pygame.display.quit()
            pygame.display.init()
            raise pygame.error("could not enable vsync")
        return set_mode(size, flags, **options)

    monkeypatch.setattr(pygame.display, "set_mode", refusing)


@pytest.mark.parametrize("is_full_screen", [False, True])
def test_screen_without_vsync_is_used_without(is_full_screen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse(monkeypatch, vsync=True)
    opened = Display(DisplaySettings(presenting="vsync", window_size=(800, 480), full_screen=is_full_screen))
    assert opened.is_full_screen is is_full_screen
    assert opened.warning == "This screen has no vsync: pictures are shown without"
    opened.toggle_full_screen()
    opened.present()
    assert opened.is_full_screen is not is_full_screen
    opened.close()


def test_refused_full_screen_stays_a_window(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    assert display.warning is None
    _refuse(monkeypatch, full_screen=True)
    display.toggle_full_screen()
    assert not display.is_full_screen
    assert display.warning == "Full screen is not possible here"
    display.change(replace(DisplaySettings(), window_size=(1280, 720)))
    display.present()
    assert display.surface.get_size() == (1280, 720)
    assert display.warning is None


def test_new_window_size_is_applied_at_once(display: Display) -> None:
    display.change(replace(DisplaySettings(), window_size=(1280, 720)))
    assert display.surface.get_size() == (1280, 720)


def test_minimised_window_is_not_presented(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    flips: list[int] = []
    monkeypatch.setattr(pygame.display, "flip", lambda: flips.append(1))
    display.note_visibility(pygame.WINDOWMINIMIZED)
    display.present()
    display.note_visibility(pygame.WINDOWRESTORED)
    display.present()
    assert len(flips) == 1


def test_invalid_size_becomes_one_pixel(display: Display) -> None:
    display.note_resize((0, -5))
    assert display._pending_size == (1, 1)
    display.apply_resize()
    assert display._pending_size is None


@pytest.mark.parametrize(
    ("system", "has_node", "has_gpu"),
    [("Linux", True, True), ("Linux", False, False), ("Darwin", False, True), ("Windows", False, True)],
)
def test_gpu_device_is_looked_up_on_linux_only(
    system: str, has_node: bool, has_gpu: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("os.path.isdir", lambda path: path == "/dev" or has_node)
    assert module._has_gpu() is has_gpu


class _Screen:
    """A screen that says how large it is, as an X server does."""

    size = (1280, 720)

    def close(self) -> None:
        pass


def test_full_screen_follows_a_screen_that_changes_its_size(
    display: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SDL reads the size of the screen only when the window opens; a television may be switched on later."""
    screen = _Screen()
    starts: list[None] = []
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(pygame.display, "get_driver", lambda: "x11")
    monkeypatch.setattr(module, "X11Screen", lambda: screen)
    display._start_video()
    display.toggle_full_screen()
    monkeypatch.setattr(display, "_start_video", lambda: starts.append(Display._start_video(display)))
    pygame.display.set_allow_screensaver(False)
    for size, num_starts in (((1280, 720), 0), ((1920, 1080), 1), ((1920, 1080), 1), ((800, 600), 2)):
        screen.size = size
        display.apply_resize()
        assert len(starts) == num_starts
        assert display.surface is pygame.display.get_surface()
    assert not pygame.display.get_allow_screensaver()
    display.toggle_full_screen()
    screen.size = (1024, 768)
    display.apply_resize()
    assert len(starts) == 2


def test_full_screen_takes_the_size_that_a_window_manager_gives(display: Display) -> None:
    display.toggle_full_screen()
    display.note_resize((640, 360))
    resized = pygame.display.set_mode((640, 360))
    display.apply_resize()
    assert display.surface is resized
