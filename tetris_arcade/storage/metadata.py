"""The metadata of a saved model: typed, bounded and strict, in metadata.json and in exported archives."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tetris_arcade.config.changes import MAX_NOTES, Note, check_order
from tetris_arcade.config.evaluation import STANDARD_TEST, Evaluation, EvaluationConditions, check_bounded
from tetris_arcade.config.plain_data import DataValidationError, check_plain, from_plain, to_plain
from tetris_arcade.storage.errors import DamagedError
from tetris_arcade.storage.strict_json import dump_json, parse_json
from tetris_arcade.storage.versions import refuse_newer

SCHEMA_VERSION = 1
MAX_METADATA_BYTES = 256 * 1024
MAX_CURVE_POINTS = 512
MAX_FILES = 16
_HEX = frozenset("0123456789abcdef")

Origin = Literal["trained", "imported", "shipped"]


@dataclass(frozen=True)
class FileDigest:
    """A file's size in bytes and its sha256 in hexadecimal."""

    size: int
    sha256: str

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.sha256) != 64 or not _HEX.issuperset(self.sha256):
            raise ValueError("size and sha256 are not those of a file")

    @classmethod
    def from_content(cls, content: bytes) -> FileDigest:
        return cls(len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Metadata:
    """What is known about one saved model.

    name: the displayed name; a slot's folder may have another one.
    timesteps_asked: the run's total length, None without a limit.
    best_lines: lines of the best training game.
    best_eval_lines: mean lines per game of the best test during training.
    test: the conditions of `best_eval_lines` and `learning_curve`; None for models of earlier versions, see
    `curve_conditions`.
    env, training: the configurations as plain dicts (`to_plain(config)`), checked to be plain and bounded.
    learning_curve: (timesteps, lines) by increasing timesteps; `downsample_curve` bounds its length.
    sweep: the sweep that found the model's configuration, None if there was none.
    notes: what people wrote about the run, by increasing timesteps.
    files: the manifest, filled in on saving.
    """

    name: str
    origin: Origin = "trained"
    timesteps: int = 0
    timesteps_asked: int | None = None
    episodes: int = 0
    best_lines: int = 0
    best_eval_lines: float | None = None
    mean_lines_last_100: float | None = None
    seed: int | None = None
    env: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    wall_seconds: float = 0.0
    saved_at: str = ""
    evaluation: Evaluation | None = None
    learning_curve: tuple[tuple[int, float], ...] = ()
    test: EvaluationConditions | None = None
    sweep: str | None = None
    notes: tuple[Note, ...] = ()
    files: dict[str, FileDigest] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if self.schema_version != SCHEMA_VERSION:
            raise ValueError(f"schema_version {self.schema_version} is not supported by this program")
        if len(self.learning_curve) > MAX_CURVE_POINTS:
            raise ValueError(
                f"learning_curve has {len(self.learning_curve)} points, at most {MAX_CURVE_POINTS}"
            )
        check_order(self.notes, "notes", MAX_NOTES)
        if len(self.files) > MAX_FILES:
            raise ValueError(f"files has {len(self.files)} entries, at most {MAX_FILES}")
        if min(self.timesteps, self.episodes, self.best_lines, self.wall_seconds) < 0:
            raise ValueError("counters must not be negative")
        check_bounded("counters", self.timesteps, self.episodes, self.best_lines, self.wall_seconds)
        check_bounded("lines", self.best_eval_lines or 0, self.mean_lines_last_100 or 0)
        check_bounded("learning_curve", *(value for point in self.learning_curve for value in point))
        if self.evaluation is not None and not self.evaluation.is_summary:
            raise ValueError("evaluation must be a summary, without mean_score and lines")
        timesteps = [0, *(point[0] for point in self.learning_curve)]
        if any(later < earlier for earlier, later in itertools.pairwise(timesteps)):
            raise ValueError("learning_curve must be in order of timesteps, from 0 or more")
        if self.saved_at:
            _check_time(self.saved_at)

    @property
    def curve_conditions(self) -> EvaluationConditions | None:
        """The conditions of the tests during training; None if they are not known.

        Earlier versions tested on the run's own board and stored the rest in its configuration.
        """
        if self.test is not None:
            return self.test
        env, training = self.env, self.training
        stored = {
            "games": training.get("best_eval_games"),
            "max_pieces": training.get("best_eval_max_pieces"),
            "pieces": env.get("pieces"),
            "height": env.get("height"),
        }
        try:
            return from_plain(EvaluationConditions, stored)
        except DataValidationError:
            return None

    @property
    def best_test_lines(self) -> float | None:
        """`best_eval_lines` if it is a result of the standard test."""
        return self.best_eval_lines if self.curve_conditions == STANDARD_TEST else None


def now_iso() -> str:
    """The local time with its UTC offset, to the second, for `saved_at`."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def encode_metadata(metadata: Metadata) -> bytes:
    """The content of metadata.json; raises ValueError if a field is not plain, bounded and finite."""
    data = to_plain(metadata)
    check_plain(data, "metadata")
    content = dump_json(data)
    if len(content) > MAX_METADATA_BYTES:
        raise ValueError(f"metadata has {len(content)} bytes, at most {MAX_METADATA_BYTES} are allowed")
    return content


def parse_metadata(content: bytes, what: str = "metadata.json") -> Metadata:
    """The inverse of `encode_metadata`.

    Raises NewerVersionError if a newer version of the program wrote it, DamagedError for anything else.
    """
    if len(content) > MAX_METADATA_BYTES:
        raise DamagedError(f"{what} has {len(content)} bytes, at most {MAX_METADATA_BYTES} are allowed")
    data = parse_json(content, what)
    refuse_newer(data, Metadata, SCHEMA_VERSION, "schema_version", what)
    try:
        return from_plain(Metadata, data)
    except DataValidationError as error:
        raise DamagedError(f"{what} is damaged: {error}") from error


def add_manifest(metadata: Metadata, files: Mapping[str, bytes]) -> Metadata:
    """A copy with the digests of these files, and with `saved_at` set to now if it is empty."""
    manifest = {name: FileDigest.from_content(content) for name, content in files.items()}
    return dataclasses.replace(metadata, files=manifest, saved_at=metadata.saved_at or now_iso())


def downsample_curve(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most MAX_CURVE_POINTS of the points, with the first and the last.

    The points with the closest neighbours are removed first, so that the rest is spread evenly over weeks.
    """
    curve = list(points)
    while len(curve) > MAX_CURVE_POINTS:
        inner = range(1, len(curve) - 1)
        del curve[min(inner, key=lambda i: curve[i + 1][0] - curve[i - 1][0])]
    return curve


def _check_time(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("saved_at is not an ISO 8601 time") from None
