"""The player that is shown if nobody chose one."""

from __future__ import annotations

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.slots import find_model

CHAMPION, RIVAL = "champion", "bcts"


def default_player(paths: DataPaths) -> str:
    """The champion's name, or the best reference player's if the champion is missing or damaged."""
    champion = find_model(paths, CHAMPION)
    return RIVAL if champion is None or champion.error is not None else CHAMPION
