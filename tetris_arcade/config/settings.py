"""What the user has chosen: frozen, and checked where it is made. `storage.settings_file` keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT, PIECES, check_choice
from tetris_arcade.config.rewards import REWARDS

Palette = Literal["colour-safe", "classic", "high-contrast", "mono"]
Presenting = Literal["auto", "software", "vsync"]
TEXT_SIZES: tuple[float, ...] = (1.0, 1.25, 1.5)


@dataclass(frozen=True)
class DisplaySettings:
    """The window and how it is drawn; `window_size` is (width, height) in pixels."""

    title: str = "TETRIS ARCADE"
    window_size: tuple[int, int] = (1280, 720)
    full_screen: bool = False
    palette: Palette = "colour-safe"
    reduced_motion: bool = False
    text_size: float = 1.0
    presenting: Presenting = "auto"

    def __post_init__(self) -> None:
        _check_length("title", self.title, 40)
        width, height = self.window_size
        if not (320 <= width <= 16_384 and 180 <= height <= 16_384):
            raise ValueError(f"window_size must be 320..16384 x 180..16384, got {width} x {height}")
        if self.text_size not in TEXT_SIZES:
            raise ValueError(f"text_size must be one of 1.0, 1.25, 1.5, got {self.text_size}")


@dataclass(frozen=True)
class SoundSettings:
    """Volumes from 0 to 1."""

    muted: bool = False
    effects_volume: float = 0.7
    music_volume: float = 0.4
    music_on: bool = True

    def __post_init__(self) -> None:
        _check_range("effects_volume", self.effects_volume, 0.0, 1.0)
        _check_range("music_volume", self.music_volume, 0.0, 1.0)


@dataclass(frozen=True)
class InputSettings:
    """Only what differs from the built-in mapping: action name to the names of keys, or of pad buttons."""

    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pad: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in (self.keys, self.pad):
            if len(table) > 100 or any(len(names) > 8 for names in table.values()):
                raise ValueError("at most 100 actions with 8 keys each can be mapped")


@dataclass(frozen=True)
class TrainingSettings:
    """What a training started from the menu begins with; `speed` in pieces a second, None unthrottled.

    goal_lines: the mean of its last games at which it ends, None for a training that has no end.
    """

    pieces: str = "bag"
    height: int = 20
    reward: str = "lines"
    num_envs: int = 16
    seed: int = 0
    speed: float | None = None
    goal_lines: float | None = None

    def __post_init__(self) -> None:
        check_choice("pieces", self.pieces, PIECES)
        check_choice("reward", self.reward, REWARDS)
        _check_range("height", self.height, MIN_HEIGHT, MAX_HEIGHT)
        _check_range("num_envs", self.num_envs, 1, 1024)
        _check_range("seed", self.seed, 0, 2**31 - 1)
        if self.speed is not None:
            _check_range("speed", self.speed, 0.1, 100_000.0)
        if self.goal_lines is not None:
            _check_range("goal_lines", self.goal_lines, 0.01, 1_000_000.0)


@dataclass(frozen=True)
class KioskSettings:
    """The unattended display; `dim_hours` (from, until) of the local day, `pin` opens the operator menu.

    The PIN keeps visitors out, not thieves: who can read the file has the machine already.
    """

    idle_seconds: float = 60.0
    rotate_seconds: float = 90.0
    playlist: tuple[str, ...] = ("champion",)
    dim_hours: tuple[int, int] | None = None
    pin: str = "2468"
    train: bool = False

    def __post_init__(self) -> None:
        _check_range("idle_seconds", self.idle_seconds, 5.0, 86_400.0)
        _check_range("rotate_seconds", self.rotate_seconds, 5.0, 86_400.0)
        if len(self.playlist) > 100:
            raise ValueError(f"playlist holds at most 100 names, got {len(self.playlist)}")
        for hour in self.dim_hours or ():
            _check_range("dim_hours", hour, 0, 24)
        if not (self.pin.isascii() and self.pin.isdigit() and 4 <= len(self.pin) <= 8):
            raise ValueError("pin must be 4 to 8 digits")


@dataclass(frozen=True)
class Settings:
    """Everything the user can choose, by section of the file."""

    display: DisplaySettings = field(default_factory=DisplaySettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    input: InputSettings = field(default_factory=InputSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    kiosk: KioskSettings = field(default_factory=KioskSettings)


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be {low}..{high}, got {value}")


def _check_length(name: str, text: str, limit: int) -> None:
    if not 1 <= len(text) <= limit:
        raise ValueError(f"{name} must have 1 to {limit} characters, got {len(text)}")
