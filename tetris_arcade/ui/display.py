"""The window: opened, resized, presented; the one place that talks to pygame's display."""

from __future__ import annotations

import os
import platform
import statistics
import time
import warnings

import pygame
from pygame import Surface

from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.ui.theme import COLOUR_SAFE, blend

_SLOW_FLIP_SECONDS = 0.003
"""Of processor time: a graphics chip that waits for the screen is slow too, but costs nothing."""
_SOFTWARE = {"SDL_FRAMEBUFFER_ACCELERATION": "0", "SDL_RENDER_VSYNC": "0"}


class DisplayError(Exception):
    """No window can be opened; the message says why and what to do."""


class Display:
    """The window. `surface` is what to draw on; `present` shows it."""

    def __init__(self, settings: DisplaySettings) -> None:
        if not getattr(pygame, "IS_CE", False):
            raise DisplayError("pygame is installed over pygame-ce: uninstall both, then install pygame-ce")
        self._settings = settings
        self._is_full_screen = settings.full_screen
        self._pending_size: tuple[int, int] | None = None
        self._is_visible = True
        # Without a GPU the accelerated path costs a quarter of a core and its driver's memory.
        if settings.presenting == "software" or (settings.presenting == "auto" and not _has_gpu()):
            os.environ.update(_SOFTWARE)
        os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "tetris-arcade")
        self._start_video()
        pygame.display.set_icon(_icon())
        self.surface = self._open(settings.window_size)
        if settings.presenting == "auto" and _has_gpu() and self._flip_cost() > _SLOW_FLIP_SECONDS:
            pygame.display.quit()
            os.environ.update(_SOFTWARE)
            self._start_video()
            self.surface = self._open(settings.window_size)

    @property
    def is_full_screen(self) -> bool:
        return self._is_full_screen

    @property
    def is_visible(self) -> bool:
        """Whether anybody could see what is drawn; a minimised window is not drawn."""
        return self._is_visible

    def note_visibility(self, event: int) -> None:
        """Take pygame's word that the window was hidden, minimised or brought back."""
        if event in (pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN):
            self._is_visible = False
        elif event in (pygame.WINDOWRESTORED, pygame.WINDOWSHOWN, pygame.WINDOWEXPOSED):
            self._is_visible = True

    def toggle_full_screen(self) -> None:
        """Between the window and the whole screen."""
        self._is_full_screen = not self._is_full_screen
        self.surface = self._open(self._settings.window_size)

    def change(self, settings: DisplaySettings) -> None:
        """Take new settings; the window is opened anew only where they ask for it."""
        before, self._settings = self._settings, settings
        pygame.display.set_caption(settings.title)
        if settings.full_screen != self._is_full_screen:
            self.toggle_full_screen()
        elif settings.window_size != before.window_size and not self._is_full_screen:
            self.surface = self._open(settings.window_size)

    def note_resize(self, size: tuple[int, int]) -> None:
        """Resizes come in storms: the last of a frame counts."""
        self._pending_size = (max(1, size[0]), max(1, size[1]))

    def apply_resize(self) -> None:
        """Take the window's new size, once a frame."""
        if self._pending_size is not None and not self._is_full_screen:
            current = pygame.display.get_surface()
            if current is not None:
                self.surface = current
        self._pending_size = None

    def present(self) -> None:
        if self._is_visible:
            pygame.display.flip()

    def close(self) -> None:
        pygame.display.quit()

    def _start_video(self) -> None:
        try:
            pygame.display.init()
        except pygame.error as error:
            raise DisplayError(
                f"no window can be opened, {error}: start it on a desktop, or use `train`"
            ) from error
        # Without any display SDL draws where nobody sees it, and says nothing.
        if pygame.display.get_driver() == "offscreen" and "SDL_VIDEODRIVER" not in os.environ:
            pygame.display.quit()
            raise DisplayError(
                "there is no display to open a window on: start it on a desktop, or use `train`"
            )

    def _open(self, size: tuple[int, int]) -> Surface:
        pygame.display.set_caption(self._settings.title)
        # Without a window manager a window keeps the screen's size; the surface that comes back is right.
        warnings.filterwarnings("ignore", "Requested window was forcibly resized")
        vsync = 1 if self._settings.presenting == "vsync" else 0
        try:
            if self._is_full_screen:
                return pygame.display.set_mode((0, 0), pygame.FULLSCREEN, vsync=vsync)
            return pygame.display.set_mode(size, pygame.RESIZABLE, vsync=vsync)
        except pygame.error as error:
            raise DisplayError(
                f"no window can be opened, {error}: start it on a desktop, or use `train`"
            ) from error

    def _flip_cost(self) -> float:
        """Seconds of processor time that it takes to present a picture, in all threads."""
        costs = []
        for _ in range(5):
            started = time.process_time()
            pygame.display.flip()
            costs.append(time.process_time() - started)
        return statistics.median(costs)


def _has_gpu() -> bool:
    """Whether the renderer that SDL takes first draws on a real device: a GPU's node on Linux, else
    assumed."""
    return platform.system() != "Linux" or os.path.isdir("/dev/dri")


def _icon() -> Surface:
    """A T of four blocks, for the desktop's bars."""
    block, gap = 16, 1
    icon = Surface((4 * block, 4 * block), pygame.SRCALPHA)
    for col, row in ((0, 1), (1, 1), (2, 1), (1, 2)):
        place = pygame.Rect(col * block + block // 2, row * block, block - gap, block - gap)
        icon.fill(COLOUR_SAFE.pieces[2], place)
        icon.fill(blend(COLOUR_SAFE.pieces[2], COLOUR_SAFE.text, 0.5), (*place.topleft, block - gap, 3))
        icon.fill(COLOUR_SAFE.background, place.inflate(-block // 2 - 1, -block // 2 - 1))
    return icon
