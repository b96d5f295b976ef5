"""The window; the only module that uses `pygame.display`."""

from __future__ import annotations

import os
import platform
import statistics
import time
import warnings

import pygame
from pygame import Surface

from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.languages import N_
from tetris_arcade.ui.theme import COLOUR_SAFE, blend
from tetris_arcade.ui.x11_screen import X11Screen

_SLOW_FLIP_SECONDS = 0.003
"""In CPU time: a GPU that waits for the screen takes as long, but no CPU time."""
_LOOK_SECONDS = 1.0
"""How often full screen looks whether the screen has another size."""
_SOFTWARE = {"SDL_FRAMEBUFFER_ACCELERATION": "0", "SDL_RENDER_VSYNC": "0"}


class DisplayError(Exception):
    """The window cannot be opened; the message says why and what to do."""


class Display:
    """The window: draw on `surface`, then call `present`.

    Raises DisplayError if there is no display.
    """

    def __init__(self, settings: DisplaySettings) -> None:
        if not getattr(pygame, "IS_CE", False):
            raise DisplayError("pygame is installed over pygame-ce: uninstall both, then install pygame-ce")
        self._settings = settings
        self._is_full_screen = settings.full_screen
        self._pending_size: tuple[int, int] | None = None
        self._is_visible = True
        self.warning: str | None = None
        """What of the settings this system does not allow; None if it allows all."""
        self._screen: X11Screen | None = None
        self._screen_size: tuple[int, int] | None = None
        self._next_look_at = 0.0
        # Without a GPU, the accelerated path takes a quarter of a core, and the memory of its driver.
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
        """Whether the window is on the screen; a minimised window is not drawn."""
        return self._is_visible

    def note_visibility(self, event: int) -> None:
        """Handle the type of a pygame event that hides, minimises or restores the window."""
        if event in (pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN):
            self._is_visible = False
        elif event in (pygame.WINDOWRESTORED, pygame.WINDOWSHOWN, pygame.WINDOWEXPOSED):
            self._is_visible = True

    def toggle_full_screen(self) -> None:
        """Switch between the window and full screen."""
        self._is_full_screen = not self._is_full_screen
        self.surface = self._open(self._settings.window_size)

    def change(self, settings: DisplaySettings) -> None:
        """Apply new settings; reopen the window only if its size or mode changed."""
        before, self._settings = self._settings, settings
        pygame.display.set_caption(settings.title)
        compared = "monitor" if self._is_full_screen else "window_size"
        if settings.full_screen != self._is_full_screen:
            self.toggle_full_screen()
        elif getattr(settings, compared) != getattr(before, compared):
            self.surface = self._open(settings.window_size)

    def note_resize(self, size: tuple[int, int]) -> None:
        """Remember a new size: of the many resize events in a frame, only the last is applied."""
        self._pending_size = (max(1, size[0]), max(1, size[1]))

    def apply_resize(self) -> None:
        """Apply the last new size. Call this once per frame."""
        if self._is_full_screen:
            self._follow_screen()
        if self._pending_size is not None:
            current = pygame.display.get_surface()
            if current is not None:
                self.surface = current
        self._pending_size = None

    def _follow_screen(self) -> None:
        """Open the window again if the screen has a new size: no window manager may be there to resize it."""
        now = time.monotonic()
        if self._screen is None or now < self._next_look_at:
            return
        self._next_look_at = now + _LOOK_SECONDS
        size = self._screen.size
        if size is None or size == self._screen_size:
            return
        keeps_awake = not pygame.display.get_allow_screensaver()
        pygame.display.quit()  # SDL reads the size of the screen only when it starts
        self._start_video()
        pygame.display.set_icon(_icon())
        self.surface = self._open(self._settings.window_size)
        pygame.display.set_allow_screensaver(not keeps_awake)

    def present(self) -> None:
        if self._is_visible:
            pygame.display.flip()

    def close(self) -> None:
        if self._screen is not None:
            self._screen.close()
        pygame.display.quit()

    def _start_video(self) -> None:
        try:
            pygame.display.init()
        except pygame.error as error:
            raise DisplayError(
                f"no window can be opened, {error}: start it on a desktop, or use `train`"
            ) from error
        # Without a display, SDL silently falls back to a driver that shows nothing.
        if pygame.display.get_driver() == "offscreen" and "SDL_VIDEODRIVER" not in os.environ:
            pygame.display.quit()
            raise DisplayError(
                "there is no display to open a window on: start it on a desktop, or use `train`"
            )
        if self._screen is None and pygame.display.get_driver() == "x11":
            self._screen = X11Screen()
        self._screen_size = None if self._screen is None else self._screen.size

    def _open(self, size: tuple[int, int]) -> Surface:
        """Open the window as the settings ask for it, or as near to it as this system allows."""
        pygame.display.set_caption(self._settings.title)
        # Without a window manager, a window has the screen's size; the returned surface has the right size.
        warnings.filterwarnings("ignore", "Requested window was forcibly resized")
        has_vsync = self._settings.presenting == "vsync"
        monitor = self._monitor
        is_missing = self._is_full_screen and monitor != self._settings.monitor
        note = N_("The chosen monitor is missing: full screen is on the first") if is_missing else None
        error: pygame.error | None = None
        for full_screen, vsync, warning in (
            (self._is_full_screen, has_vsync, note),
            (self._is_full_screen, False, N_("This screen has no vsync: pictures are shown without")),
            (False, False, N_("Full screen is not possible here")),
        ):
            try:
                surface = _set_mode(size, full_screen=full_screen, vsync=vsync, monitor=monitor)
            except pygame.error as refusal:
                error = error or refusal
                continue
            self._is_full_screen = full_screen
            self.warning = warning
            return surface
        raise DisplayError(
            f"no window can be opened, {error}: start it on a desktop, or use `train`"
        ) from error

    @property
    def _monitor(self) -> int:
        """The monitor for full screen, from 1: that of the settings, or the first if it is not there."""
        return self._settings.monitor if self._settings.monitor <= num_monitors() else 1

    def _flip_cost(self) -> float:
        """Measure the CPU time in seconds, of all threads, that presenting a frame takes."""
        costs = []
        for _flip in range(5):
            started = time.process_time()
            pygame.display.flip()
            costs.append(time.process_time() - started)
        return statistics.median(costs)


def num_monitors() -> int:
    """How many monitors there are; needs an open window."""
    return pygame.display.get_num_displays()


def allow_screen_saver(is_allowed: bool) -> None:
    """Set whether the system may blank the screen while nobody touches anything."""
    pygame.display.set_allow_screensaver(is_allowed)


def _set_mode(size: tuple[int, int], *, full_screen: bool, vsync: bool, monitor: int) -> Surface:
    """Open the window, or change it; a failed attempt leaves none. Raises pygame.error."""
    if full_screen:
        return pygame.display.set_mode((0, 0), pygame.FULLSCREEN, vsync=int(vsync), display=monitor - 1)
    return pygame.display.set_mode(size, pygame.RESIZABLE, vsync=int(vsync))


def _has_gpu() -> bool:
    """Whether SDL's default renderer runs on a GPU; on other systems than Linux this is assumed."""
    return platform.system() != "Linux" or os.path.isdir("/dev/dri")


def _icon() -> Surface:
    """Draw the window's icon: a T of four blocks."""
    block, gap = 16, 1
    icon = Surface((4 * block, 4 * block), pygame.SRCALPHA)
    for col, row in ((0, 1), (1, 1), (2, 1), (1, 2)):
        place = pygame.Rect(col * block + block // 2, row * block, block - gap, block - gap)
        icon.fill(COLOUR_SAFE.pieces[2], place)
        icon.fill(blend(COLOUR_SAFE.pieces[2], COLOUR_SAFE.text, 0.5), (*place.topleft, block - gap, 3))
        icon.fill(COLOUR_SAFE.background, place.inflate(-block // 2 - 1, -block // 2 - 1))
    return icon
