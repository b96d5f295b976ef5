"""Types of command-line options: each converts the text, or raises ArgumentTypeError naming the bounds."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT
from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.config.settings import MAX_MONITORS

Number = TypeVar("Number", int, float)

_LARGEST = 2**53
"""Integers up to this are exact in every format that shows or saves them."""


def _within(
    convert: Callable[[str], Number], kind: str, low: Number, high: Number, unit: str = ""
) -> Callable[[str], Number]:
    def take(text: str) -> Number:
        try:
            value = convert(text)
        except ValueError:
            raise ArgumentTypeError(f"must be a {kind}, got {shorten_for_message(text)}") from None
        if not low <= value <= high:
            raise ArgumentTypeError(f"must be {low:.16g}..{high:.16g}{unit}, got {shorten_for_message(text)}")
        return value

    return take


_int_within = partial(_within, int, "whole number")
_float_within = partial(_within, float, "number")

positive_int = _int_within(1, _LARGEST)
count = _int_within(0, _LARGEST)
seed = _int_within(0, 2**32 - 1)
play_level = _int_within(1, 9)
board_height = _int_within(MIN_HEIGHT, MAX_HEIGHT)
video_height = _int_within(240, 2_160, " pixels")
port = _int_within(0, 65_535)
positive_float = _float_within(1e-6, 1e9)
goal_lines = _float_within(1e-6, float(STANDARD_TEST.max_lines or 1e9), " lines per game")
kiosk_seconds = _float_within(5.0, 86_400.0, " seconds")
monitor = _int_within(1, MAX_MONITORS)
video_speed = _float_within(0.01, 1e6, " pieces per second")


def folder(text: str) -> str:
    """A folder's name. An empty one, as from an unset variable, is refused."""
    if not text.strip():
        raise ArgumentTypeError("must name a folder, got an empty name")
    return text


def piece_cap(text: str) -> int | None:
    """A number of pieces, or None for "none"."""
    return None if text == "none" else positive_int(text)


def speed(text: str) -> float | None:
    """Pieces per second, or None for "max"."""
    return None if text == "max" else video_speed(text)


def cluster_address(text: str) -> str:
    """ "local", or HOST:PORT."""
    host, _, port_text = text.rpartition(":")
    if text != "local" and (not host or "/" in host or not port_text.isdecimal() or int(port_text) > 65_535):
        raise ArgumentTypeError(f"must be local or HOST:PORT, got {shorten_for_message(text)}")
    return text


def names(text: str) -> tuple[str, ...]:
    """1 to 100 names, separated by commas."""
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not 1 <= len(found) <= 100:
        raise ArgumentTypeError(
            f"must be 1 to 100 names separated by commas, got {shorten_for_message(text)}"
        )
    return found
