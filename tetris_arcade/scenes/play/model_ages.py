"""The ages of a model that can play against each other: its copies of itself, and the model as it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain
from tetris_arcade.languages import N_, _, format_number, ngettext
from tetris_arcade.storage.ages import age_name, load_ages
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.slots import resolve_slot
from tetris_arcade.ui.widgets.board_model import BoardModel

CURRENT_RUN = "latest"
NO_LINE = N_("It could not clear a line.")
_MAX_PIECES = 500
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class ModelAge:
    """A model at one age.

    player: its name for the player process. timesteps, seconds: how long it had practised. is_newest: whether
    it is the model itself.
    """

    player: str
    timesteps: int
    seconds: float
    is_newest: bool = False

    @property
    def label(self) -> str:
        """What it is, such as "AFTER 5,000 MOVES"."""
        if not self.timesteps:
            return _("UNTRAINED")
        text = _("NOW: {moves} MOVES") if self.is_newest else _("AFTER {moves} MOVES")
        return text.format(moves=format_number(self.timesteps))

    @property
    def short_label(self) -> str:
        """The same for narrow places, such as "5,000 MOVES"."""
        return (
            _("{moves} MOVES").format(moves=format_number(self.timesteps)) if self.timesteps else self.label
        )


@dataclass(frozen=True)
class ModelAges:
    """All ages of a model, youngest first; the last one is the model itself.

    env: the game that it was trained on.
    """

    ages: tuple[ModelAge, ...]
    env: EnvConfig

    @property
    def newest(self) -> ModelAge:
        return self.ages[-1]


def read_model_ages(paths: DataPaths, name: str) -> ModelAges | None:
    """The ages of a checkpoint or slot; None if it has none besides itself, or cannot be read."""
    try:
        checkpoint = resolve_slot(paths, name).checkpoint
        copies = [] if checkpoint is None else load_ages(checkpoint)
    except StorageError:
        return None
    if checkpoint is None or not copies:
        return None
    metadata = checkpoint.metadata
    ages = [
        ModelAge(age_name(name, copy.timesteps), copy.timesteps, copy.seconds)
        for copy in copies
        if copy.timesteps < metadata.timesteps
    ]
    newest = ModelAge(name, metadata.timesteps, metadata.wall_seconds, is_newest=True)
    try:
        env = from_plain(EnvConfig, metadata.env)
    except DataValidationError:
        env = EnvConfig()
    return ModelAges((*ages, newest), replace(env, max_pieces=_MAX_PIECES)) if ages else None


def earlier_text(seconds: float) -> str:
    """How much training lies between two ages, such as "2 min 37 s earlier"."""
    return _("{time} earlier").format(time=_time_text(int(seconds)))


def _time_text(seconds: int) -> str:
    if seconds < _MINUTE:
        return _("{seconds} s").format(seconds=seconds)
    if seconds < _HOUR:
        text = _("{minutes} min {seconds} s")
        return text.format(minutes=seconds // _MINUTE, seconds=seconds % _MINUTE)
    if seconds < _DAY:
        return _("{hours} h {minutes} min").format(hours=seconds // _HOUR, minutes=seconds % _HOUR // _MINUTE)
    days = seconds // _DAY
    return ngettext("{n} day", "{n} days", days).format(n=days)


def result_text(view: BoardModel) -> str:
    """What a game has come to: a sentence when it is over, until then its lines."""
    lines = view.lines
    if view.is_empty or not view.over:
        return ngettext("{n} line", "{n} lines", lines).format(n=format_number(lines))
    if not lines:
        return _(NO_LINE)
    text = ngettext("Over after {n} line", "Over after {n} lines", lines)
    return text.format(n=format_number(lines))
