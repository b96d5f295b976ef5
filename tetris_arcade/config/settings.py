"""The user's settings: frozen and validated. `storage.settings_file` loads and saves them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

from tetris_arcade.config.constraints import Length, Range, check_constraints
from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT, PIECES, check_choice
from tetris_arcade.config.handling import Handling
from tetris_arcade.config.network_shape import check_layers
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.config.rewards import REWARDS

Palette = Literal["colour-safe", "classic", "high-contrast", "mono"]
Presenting = Literal["auto", "software", "vsync"]
LanguageCode = Literal["en", "de", "fr", "es", "ja"]
Wording = Literal["visitor", "student"]
TEXT_SIZES: tuple[float, ...] = (1.0, 1.25, 1.5)
_Penalty = Annotated[float, Range(-1e6, 1e6)]
_Volume = Annotated[float, Range(0.0, 1.0)]
_KioskSeconds = Annotated[float, Range(5.0, 86_400.0)]
_Hour = Annotated[int, Range(0, 24)]
_HourOfDay = Annotated[int, Range(0, 23)]
_Level = Annotated[int, Range(1, 9)]
_ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_MAX_ADDRESSES = 16
_REFUSED_LETTERS = """
A55 ASS BUM COK CUM CUN DIC DIK FAG FAP FCK FUC FUK FUX GAS HOR JIZ KIK KKK KYS N1G NGR NIG PIS PUS SEX
SHT SLT SUK T1T TIT TWT VAG WTF XXX
"""
REFUSED_NAMES = (*_REFUSED_LETTERS.split(), " SS", "SS ")
"""What a list of letters in a public place should not show; the settings can hold another list."""
_MAX_REFUSED_NAMES, _MAX_FORMS, _MAX_CLOSED_SCREENS = 1_000, 20, 100
MAX_MONITORS = 16
PUBLISHED_PIN = "2468"
"""The PIN of earlier versions, which everybody can look up: it counts as none."""
WATCHED_SPEED = 4.0
"""Pieces per second of the game beside a training, unless another speed is chosen."""


@dataclass(frozen=True)
class DisplaySettings:
    """The window and its look.

    window_size: (width, height) in pixels. wording: whether explanations use everyday words or the field's.
    monitor: on which full screen opens, from 1; if there are fewer, on the first.
    """

    title: Annotated[str, Length(1, 40)] = "TETRIS ARCADE"
    window_size: tuple[int, int] = (1280, 720)
    full_screen: bool = False
    monitor: Annotated[int, Range(1, MAX_MONITORS)] = 1
    palette: Palette = "colour-safe"
    reduced_motion: bool = False
    text_size: float = 1.0
    presenting: Presenting = "auto"
    language: LanguageCode = "en"
    wording: Wording = "visitor"

    def __post_init__(self) -> None:
        check_constraints(self)
        width, height = self.window_size
        if not (320 <= width <= 16_384 and 180 <= height <= 16_384):
            raise ValueError(f"window_size must be 320..16384 x 180..16384, got {width} x {height}")
        if self.text_size not in TEXT_SIZES:
            raise ValueError(f"text_size must be one of 1.0, 1.25, 1.5, got {self.text_size}")


@dataclass(frozen=True)
class SoundSettings:
    """Volumes are from 0 to 1."""

    muted: bool = False
    effects_volume: _Volume = 0.7
    music_volume: _Volume = 0.4
    music_on: bool = True

    def __post_init__(self) -> None:
        check_constraints(self)


@dataclass(frozen=True)
class InputSettings:
    """Changed bindings only: action name to the names of keys or gamepad buttons.

    dead_zone: how far a stick must be tilted to count, as a share of its way.
    """

    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pad: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dead_zone: Annotated[float, Range(0.1, 0.9)] = 0.5

    def __post_init__(self) -> None:
        check_constraints(self)
        for table in (self.keys, self.pad):
            if len(table) > 100 or any(len(names) > 8 for names in table.values()):
                raise ValueError("at most 100 actions with 8 keys each can be mapped")


@dataclass(frozen=True)
class AccessSettings:
    """Help for those who cannot see, hear or press everything.

    one_button: whether the highlight walks by itself, and one button chooses. scan_seconds: how long it stays
    on a line. read_aloud: whether a speech program reads the screen. captions: whether sounds are written.
    """

    one_button: bool = False
    scan_seconds: Annotated[float, Range(0.3, 10.0)] = 1.2
    read_aloud: bool = False
    captions: bool = False

    def __post_init__(self) -> None:
        check_constraints(self)


@dataclass(frozen=True)
class TrainingSettings:
    """Defaults of a training run started from the menu.

    speed: of the game that is watched, in pieces per second, None for the fastest. goal_lines: mean lines of
    the last games at which the run ends, None for an endless run. learning_rate: of the start; it falls to a
    quarter of it. gamma: the discount. exploration_timesteps: over which the exploration rate falls.
    net_arch: units per hidden layer. game_over_penalty, and holes, max_height, bumpiness, which only a shaped
    reward has: see `EnvConfig`.
    """

    pieces: str = "bag"
    height: Annotated[int, Range(MIN_HEIGHT, MAX_HEIGHT)] = 20
    reward: str = "lines"
    num_envs: Annotated[int, Range(1, 1024)] = 16
    seed: Annotated[int, Range(0, 2**31 - 1)] = 0
    speed: Annotated[float, Range(0.1, 100_000.0)] | None = WATCHED_SPEED
    goal_lines: Annotated[float, Range(0.01, 1_000_000.0)] | None = None
    learning_rate: Annotated[float, Range(0.0, 1.0)] = 5e-3
    gamma: Annotated[float, Range(0.0, 1.0)] = 0.97
    exploration_timesteps: Annotated[int, Range(1, 10**9)] = 10_000
    net_arch: tuple[int, ...] = (128, 64)
    game_over_penalty: _Penalty = 25.0
    holes: _Penalty = 1.0
    max_height: _Penalty = 0.2
    bumpiness: _Penalty = 0.1

    def __post_init__(self) -> None:
        check_layers("afterstate", self.net_arch)
        check_choice("pieces", self.pieces, PIECES)
        check_choice("reward", self.reward, REWARDS)
        check_constraints(self)


@dataclass(frozen=True)
class KioskSettings:
    """The unattended display.

    dim_hours: local hours (from, until) in which the screen is dimmed, or with `screen_off` turned off.
    restart_hour: local hour in which the window restarts once a day, when nobody is there; None for never.
    statistics: whether each visit is counted, without anything of a person. closed_screens: what visitors
    cannot open, by the keys of the title's menu; unknown names are left out, and all are open if none would
    be. pin: opens the operator menu, None until
    one is chosen; a kiosk does not run without one. It keeps visitors out, not intruders, because anyone who
    can read the settings file controls the machine anyway. qr_code: whether the screen shows the address at
    which browsers see the kiosk, while a server runs. forms: the games that visitors can play; unknown names
    are left out, and all are offered if none is left. levels: the weakest and the strongest level of the
    machine that they can choose. refused_names: letters that no table shows.
    """

    idle_seconds: _KioskSeconds = 60.0
    rotate_seconds: _KioskSeconds = 90.0
    playlist: tuple[str, ...] = ("champion",)
    dim_hours: tuple[_Hour, _Hour] | None = None
    screen_off: bool = False
    restart_hour: _HourOfDay | None = None
    statistics: bool = True
    closed_screens: tuple[str, ...] = ()
    pin: str | None = None
    train: bool = False
    qr_code: bool = False
    forms: tuple[str, ...] = (
        *("marathon", "sprint", "ultra", "race_time", "race_goal", "attack"),
        *("two_race_time", "two_race_goal", "two_attack"),
    )
    levels: tuple[_Level, _Level] = (1, 9)
    refused_names: tuple[str, ...] = REFUSED_NAMES

    def __post_init__(self) -> None:
        check_constraints(self)
        if len(self.refused_names) > _MAX_REFUSED_NAMES:
            raise ValueError(f"refused_names has at most {_MAX_REFUSED_NAMES} names")
        if self.levels[0] > self.levels[1]:
            raise ValueError(f"levels must be the weakest and the strongest, got {self.levels}")
        if len(self.forms) > _MAX_FORMS:
            raise ValueError(f"forms has at most {_MAX_FORMS} names, got {len(self.forms)}")
        if len(self.closed_screens) > _MAX_CLOSED_SCREENS:
            raise ValueError(f"closed_screens has at most {_MAX_CLOSED_SCREENS} names")
        if len(self.playlist) > 100:
            raise ValueError(f"playlist has at most 100 names, got {len(self.playlist)}")
        if self.pin is not None and not (
            self.pin.isascii() and self.pin.isdigit() and 4 <= len(self.pin) <= 8
        ):
            raise ValueError("pin must be 4 to 8 digits")


@dataclass(frozen=True)
class WebSettings:
    """The browser view.

    addresses: the addresses under which browsers reach it from elsewhere, such as that of a reverse proxy:
    "https://arcade.example.org". It answers to these names, and to those of this machine.
    """

    addresses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_constraints(self)
        if len(self.addresses) > _MAX_ADDRESSES:
            raise ValueError(f"at most {_MAX_ADDRESSES} addresses are allowed, got {len(self.addresses)}")
        for address in self.addresses:
            if not _ADDRESS.fullmatch(address):
                raise ValueError(
                    f"an address must be like https://arcade.example.org, got {shorten_for_message(address)}"
                )


@dataclass(frozen=True)
class Settings:
    """All settings, by section of the file."""

    display: DisplaySettings = field(default_factory=DisplaySettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    input: InputSettings = field(default_factory=InputSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    handling: Handling = field(default_factory=Handling)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    kiosk: KioskSettings = field(default_factory=KioskSettings)
    web: WebSettings = field(default_factory=WebSettings)
