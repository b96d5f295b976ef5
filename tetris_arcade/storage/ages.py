"""The ages of a network: copies of it as it was after 0, 1,000, 5,000, 20,000, ... timesteps of its run.

They are in `ages.npz` beside a model, and named MODEL@TIMESTEPS, such as `latest@5000`. Their number grows
with the logarithm of the run's length, so that the file stays small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.network_shape import NETWORKS
from tetris_arcade.storage.checkpoint_names import checkpoint_name
from tetris_arcade.storage.checkpoints import Checkpoint, read_current
from tetris_arcade.storage.errors import ArchiveError, UnknownModelError
from tetris_arcade.storage.model_archive import MAX_MAGNITUDE, Policy
from tetris_arcade.storage.npz import read_npz, write_npz

AGES_NAME = "ages.npz"
MAX_AGES = 27
MAX_PARAMETERS = 100_000
"""Larger networks keep no ages."""
_MAX_BYTES = MAX_AGES * (4 * MAX_PARAMETERS + 4_096)
_MAX_TIMESTEPS = 2**53
_TIMESTEPS, _SECONDS = "timesteps", "seconds"
_ONLINE, _TARGET = NETWORKS
_NAME = re.compile(r"(.+)@([0-9]{1,16})")


@dataclass(frozen=True)
class NetworkAge:
    """The network that played at a number of timesteps.

    timesteps: of its run, as scheduled: it was copied at the first step that reached them. seconds: of
    training until then, without pauses. policy: the tensors of the playing network, by their names in a saved
    policy.
    """

    timesteps: int
    seconds: float
    policy: Policy

    def full_policy(self) -> Policy:
        """The tensors of a saved policy, in which both networks are this one."""
        targets = {_TARGET + name.removeprefix(_ONLINE): array for name, array in self.policy.items()}
        return {**self.policy, **targets}


def scheduled_timesteps() -> Iterator[int]:
    """0, 1,000, 5,000, 20,000, 50,000, 200,000, 500,000 and so on, at most MAX_AGES of them."""
    yield from (0, 1_000, 5_000)
    for power in range(4, 16):
        yield 2 * 10**power
        yield 5 * 10**power


def encode_ages(ages: Sequence[NetworkAge]) -> bytes:
    """The content of `ages.npz`: each tensor with the ages as its first axis."""
    arrays: dict[str, NDArray[np.generic]] = {
        _TIMESTEPS: np.array([age.timesteps for age in ages], np.int64),
        _SECONDS: np.array([age.seconds for age in ages], np.float64),
    }
    for name in ages[0].policy if ages else ():
        arrays[name] = np.stack([age.policy[name] for age in ages])
    return write_npz(arrays)


def decode_ages(content: bytes, what: str = AGES_NAME) -> list[NetworkAge]:
    """The inverse of `encode_ages`, oldest first; raises ArchiveError if it is damaged or unsafe."""
    arrays = read_npz(content, _MAX_BYTES, what)
    try:
        timesteps, seconds = arrays.pop(_TIMESTEPS), arrays.pop(_SECONDS)
    except KeyError:
        raise ArchiveError(f"{what} is damaged: it does not say how old its networks are") from None
    _check_times(timesteps, seconds, what)
    for name, array in arrays.items():
        is_sound = array.dtype == np.float32 and array.ndim >= 2 and len(array) == len(timesteps)
        if not is_sound or not name.startswith(f"{_ONLINE}.") or not (abs(array) <= MAX_MAGNITUDE).all():
            raise ArchiveError(f"{what} is damaged: {name} is no part of a network")
    return [
        NetworkAge(int(timesteps[i]), float(seconds[i]), {name: array[i] for name, array in arrays.items()})
        for i in range(len(timesteps))
    ]


def _check_times(timesteps: NDArray[Any], seconds: NDArray[Any], what: str) -> None:
    is_sound = (
        timesteps.dtype == np.int64
        and seconds.dtype == np.float64
        and timesteps.ndim == seconds.ndim == 1
        and len(timesteps) == len(seconds) <= MAX_AGES
        and bool(np.isfinite(seconds).all())
        and (np.diff(timesteps, prepend=-1) > 0).all()
        and (timesteps <= _MAX_TIMESTEPS).all()
    )
    if not is_sound:
        raise ArchiveError(f"{what} is damaged: its times are not in order")


def parse_age_name(text: str) -> tuple[str, int] | None:
    """(model, timesteps) of a name such as `latest@5000`; None if it is no such name."""
    match = _NAME.fullmatch(text)
    return None if match is None else (match[1], int(match[2]))


def age_name(model: str, timesteps: int) -> str:
    """The inverse of `parse_age_name`."""
    return f"{model}@{timesteps}"


def find_age(ages: Iterable[NetworkAge], timesteps: int, what: str) -> NetworkAge:
    """The age of that many timesteps; raises UnknownModelError, naming those that there are."""
    known = {age.timesteps: age for age in ages}
    if timesteps not in known:
        names = ", ".join(map(str, known)) or "none"
        raise UnknownModelError(f"{what} has no copy of itself at {timesteps} timesteps; there are: {names}")
    return known[timesteps]


def has_ages(checkpoint: Checkpoint) -> bool:
    """Whether a model carries its ages."""
    return AGES_NAME in checkpoint.metadata.files


def load_ages(checkpoint: Checkpoint) -> list[NetworkAge]:
    """The ages that a model carries, oldest first; empty if it has none. Raises StorageError."""
    if not has_ages(checkpoint):
        return []
    checkpoint, content = read_current(checkpoint, AGES_NAME)
    return decode_ages(content, f"{AGES_NAME} of {checkpoint_name(checkpoint.folder)}")
