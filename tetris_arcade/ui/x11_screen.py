"""The size of an X11 screen as it is now: SDL reads it only when it starts."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

_LIBRARY = "libX11.so.6"


class X11Screen:
    """A connection to the X server; `size` is None where there is none."""

    def __init__(self) -> None:
        self._library = self._display = None
        try:
            library = ctypes.CDLL(_LIBRARY)
        except OSError:
            return
        library.XOpenDisplay.restype = c_void_p
        library.XOpenDisplay.argtypes = [c_char_p]
        library.XDefaultRootWindow.restype = c_ulong
        library.XDefaultRootWindow.argtypes = [c_void_p]
        library.XGetGeometry.argtypes = [c_void_p, c_ulong, *[c_void_p] * 7]
        library.XCloseDisplay.argtypes = [c_void_p]
        self._library, self._display = library, library.XOpenDisplay(None)

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) of the screen in pixels."""
        if self._library is None or self._display is None:
            return None
        root, x, y = c_ulong(), c_int(), c_int()
        width, height, border, depth = c_uint(), c_uint(), c_uint(), c_uint()
        self._library.XGetGeometry(
            self._display,
            self._library.XDefaultRootWindow(self._display),
            *map(byref, (root, x, y, width, height, border, depth)),
        )
        return width.value, height.value

    def close(self) -> None:
        if self._library is not None and self._display is not None:
            self._library.XCloseDisplay(self._display)
        self._display = None
