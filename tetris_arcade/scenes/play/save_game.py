"""Keeps a person's game as a replay once it is over."""

from __future__ import annotations

import logging
from pathlib import Path

from tetris_arcade.languages import _
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.errors import StorageError, describe_os_error
from tetris_arcade.storage.played_games import PlayedGame, save_played_game

logger = logging.getLogger(__name__)


def save_if_worth_it(context: Context, game: PlayedGame, lines: int) -> Path | None:
    """Save a game in which lines were cleared; returns its file.

    None where nothing may be saved, as in a kiosk: nothing of a visitor's game is kept but its result.
    """
    if context.is_locked or not lines:
        return None
    try:
        return save_played_game(context.paths, game)
    except (StorageError, OSError, ValueError) as error:
        logger.warning("the game was not saved: %s", error)
        context.notify(
            _("The game was not saved: {reason}").format(reason=describe_os_error(error)), "warning"
        )
        return None
