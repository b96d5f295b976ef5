"""Palettes: colours and sizes by meaning. No other module names a colour."""

from __future__ import annotations

from dataclasses import dataclass, replace

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """One palette. Sizes are in units: `layout.unit_from_size` gives the pixels of one."""

    name: str
    background: Color
    backdrop: Color  # the pattern in the background
    panel: Color
    panel_edge: Color
    well: Color  # the board's empty cells
    well_grid: Color
    text: Color
    text_dim: Color
    text_faint: Color  # the faintest text, readable like all others
    accent: Color  # titles, the chosen entry, best values
    accent_dim: Color
    focus: Color  # behind the chosen entry
    success: Color
    warning: Color
    error: Color
    greedy: Color  # indicator of moves chosen by value
    exploring: Color
    heat_low: Color
    heat_high: Color
    garbage: Color
    pieces: tuple[Color, ...]  # I O T S Z J L
    graph: tuple[Color, ...]  # one per line of a graph
    margin: int = 6
    gap: int = 4


# The Okabe-Ito palette: distinguishable under simulated protan, deutan and tritan vision.
_ORANGE, _SKY, _GREEN, _YELLOW = (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66)
_BLUE, _VERMILION, _PURPLE = (0, 114, 178), (213, 94, 0), (204, 121, 167)

COLOUR_SAFE = Theme(
    name="colour-safe",
    background=(11, 12, 22),
    backdrop=(17, 19, 34),
    panel=(20, 22, 40),
    panel_edge=(52, 58, 96),
    well=(6, 7, 14),
    well_grid=(19, 21, 36),
    text=(236, 238, 248),
    text_dim=(160, 166, 196),
    text_faint=(126, 132, 166),
    accent=(255, 196, 61),
    accent_dim=(166, 124, 38),
    focus=(48, 44, 84),
    success=(72, 200, 150),
    warning=_ORANGE,
    error=(255, 112, 84),
    greedy=(86, 180, 233),
    exploring=(240, 228, 66),
    heat_low=(24, 30, 66),
    heat_high=(255, 220, 120),
    garbage=(112, 116, 134),
    pieces=(_SKY, _YELLOW, _PURPLE, _GREEN, _VERMILION, (64, 128, 224), _ORANGE),
    graph=(_SKY, (255, 196, 61), _PURPLE, _GREEN),
)

CLASSIC = replace(
    COLOUR_SAFE,
    name="classic",
    pieces=(
        (0, 228, 228),
        (238, 230, 0),
        (170, 60, 240),
        (40, 220, 60),
        (238, 50, 50),
        (60, 90, 245),
        (245, 160, 20),
    ),
)

HIGH_CONTRAST = replace(
    COLOUR_SAFE,
    name="high-contrast",
    background=(0, 0, 0),
    backdrop=(0, 0, 0),
    panel=(0, 0, 0),
    panel_edge=(255, 255, 255),
    well=(0, 0, 0),
    well_grid=(40, 40, 40),
    text=(255, 255, 255),
    text_dim=(230, 230, 230),
    text_faint=(180, 180, 180),
    accent=(255, 232, 0),
    accent_dim=(180, 164, 0),
    focus=(50, 50, 50),
)

_GREYS = tuple((level, level, level) for level in (240, 215, 190, 165, 140, 118, 98))
MONO = replace(
    COLOUR_SAFE,
    name="mono",
    background=(10, 10, 10),
    backdrop=(16, 16, 16),
    panel=(20, 20, 20),
    panel_edge=(70, 70, 70),
    well=(4, 4, 4),
    well_grid=(22, 22, 22),
    text=(240, 240, 240),
    text_dim=(170, 170, 170),
    text_faint=(136, 136, 136),
    accent=(255, 255, 255),
    accent_dim=(140, 140, 140),
    focus=(60, 60, 60),
    success=(220, 220, 220),
    warning=(240, 240, 240),
    error=(255, 255, 255),
    greedy=(230, 230, 230),
    exploring=(150, 150, 150),
    heat_low=(24, 24, 24),
    heat_high=(250, 250, 250),
    garbage=(80, 80, 80),
    pieces=_GREYS,
    graph=((235, 235, 235), (170, 170, 170), (120, 120, 120), (90, 90, 90)),
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (COLOUR_SAFE, CLASSIC, HIGH_CONTRAST, MONO)}


def blend(first: Color, second: Color, share: float) -> Color:
    """Mix two colours: 0 gives the first, 1 the second."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
    return r, g, b
