import dataclasses
import itertools
import math

import pytest

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.plain_data import to_plain
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.metadata import (
    MAX_CURVE_POINTS,
    FileDigest,
    Metadata,
    add_manifest,
    downsample_curve,
    encode_metadata,
    parse_metadata,
)

FULL = Metadata(
    "Ünïcode 🤖",
    "imported",
    timesteps=10**9,
    timesteps_asked=2 * 10**9,
    episodes=5,
    best_lines=1_000,
    best_eval_lines=990.25,
    mean_lines_last_100=12.5,
    seed=0,
    env=to_plain(TrainConfig().env),
    training=to_plain(TrainConfig()),
    versions={"torch": "2.13.0"},
    wall_seconds=60.5,
    saved_at="2026-01-01T12:00:00+01:00",
    evaluation=Evaluation(20, 990.5, 991.0, (980.0, 1_000.0), 3, 77, 2_500, "bag", 20, True, 4_000.0),
    learning_curve=((0, 0.5), (100, 20.0)),
    files={"model.zip": FileDigest.from_content(b"x")},
)


@pytest.mark.parametrize("metadata", [FULL, Metadata("a")])
def test_metadata_round_trip(metadata):
    assert parse_metadata(encode_metadata(metadata)) == metadata


def test_training_configuration_round_trip():
    assert TrainConfig.from_dict(parse_metadata(encode_metadata(FULL)).training) == TrainConfig()


def _changed(old: str, new: str) -> bytes:
    content = encode_metadata(FULL).decode()
    assert old in content
    return content.replace(old, new, 1).encode("utf-8", "surrogatepass")


DAMAGED = {
    "nothing": b"",
    "half a file": encode_metadata(FULL)[:300],
    "a list": b"[]",
    "no fields": b"{}",
    "NaN": _changed("60.5", "NaN"),
    "infinity": _changed("60.5", "1e999"),
    "minus infinity": _changed("60.5", "-Infinity"),
    "a duplicate name": _changed('"seed": 0', '"seed": 0, "seed": 1'),
    "a nested duplicate name": _changed('"height": 20', '"height": 20, "height": 4'),
    "a lone surrogate": _changed("Ünïcode", "\\ud800"),
    "a raw surrogate": _changed("Ünïcode", "\ud800"),
    "a control character": _changed("Ünïcode", "\\u0000"),
    "an escape sequence": _changed("Ünïcode", "\\u001b[31m"),
    "deep lists": _changed('"seed": 0', '"seed": ' + "[" * 100_000),
    "deep tables": _changed('"env": {', '"env": {"a":' * 5_000 + "{"),
    "a huge number": _changed("60.5", "9" * 10_000),
    "a long number": _changed("1000000000", "9" * 40),
    "a string for a number": _changed('"seed": 0', '"seed": "0"'),
    "a boolean for a number": _changed('"seed": 0', '"seed": true'),
    "an unknown origin": _changed("imported", "god"),
    "an unknown field": _changed('"seed": 0', '"seed": 0, "exec": "rm"'),
    "a later schema": _changed('"schema_version": 1', '"schema_version": 2'),
    "a negative count": _changed('"episodes": 5', '"episodes": -5'),
    "an invalid time": _changed("2026-01-01T12", "yesterday"),
    "a short checksum": _changed('"sha256": "2', '"sha256": "'),
    "a negative size": _changed('"size": 1', '"size": -1'),
    "a curve of strings": _changed("20.0", '"20"'),
    "a curve of triples": _changed("20.0", "20.0, 1"),
    "over the size limit": b" " * (300 * 1_024) + b"{}",
    "not UTF-8": _changed("Ünïcode", "x").replace(b"x", b"\xff", 1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_metadata_is_refused(name):
    with pytest.raises(StorageError) as caught:
        parse_metadata(DAMAGED[name])
    assert str(caught.value).startswith("metadata.json ")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "text",
    [
        '"learning_curve": [[0, 1.0], [1, 1e308]]',
        '"learning_curve": [[-9223372036854775807, 1.0], [9223372036854775807, 2.0]]',
        '"best_lines": 9223372036854775807',
        '"wall_seconds": 1e300',
        '"mean_lines_last_100": -1e300',
        '"evaluation": {"games": 1, "mean_lines": 1e308, "median_lines": 1.0, "ci95_lines": [0.0, 1.0], '
        '"capped_games": 0, "seed": 0}',
    ],
)
def test_values_too_large_to_show_are_refused(text):
    with pytest.raises(StorageError, match="must be at most"):
        parse_metadata(('{"name": "x", ' + text + "}").encode())


@pytest.mark.parametrize("points", ["[[500, 1.0], [5, 2.0]]", "[[-5, 1.0], [-3, 2.0]]"])
def test_unordered_curve_is_refused(points):
    with pytest.raises(StorageError, match="must be in order of timesteps"):
        parse_metadata(('{"name": "x", "learning_curve": ' + points + "}").encode())


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_non_finite_numbers_are_not_written(value):
    with pytest.raises(ValueError, match="finite"):
        encode_metadata(dataclasses.replace(FULL, wall_seconds=value))
    with pytest.raises(ValueError, match="finite"):
        encode_metadata(dataclasses.replace(FULL, training={"learning_rate": value}))


def test_curve_length_is_bounded():
    long = tuple((i, float(i)) for i in range(MAX_CURVE_POINTS + 1))
    with pytest.raises(ValueError, match="learning_curve"):
        dataclasses.replace(FULL, learning_curve=long)


def test_downsampled_curve_is_even():
    curve: list[tuple[int, float]] = []
    for i in range(10_000):
        curve = downsample_curve([*curve, (100 * i, 0.0)])
    gaps = [after - before for (before, _), (after, _) in itertools.pairwise(curve)]
    assert (len(curve), curve[0][0], curve[-1][0]) == (MAX_CURVE_POINTS, 0, 999_900)
    assert 0 < min(gaps) <= max(gaps) < 2.5 * 1_000_000 / MAX_CURVE_POINTS


def test_manifest_has_digests_and_keeps_time():
    metadata = add_manifest(FULL, {"model.zip": b"abc"})
    assert metadata.files == {"model.zip": FileDigest.from_content(b"abc")}
    assert metadata.saved_at == FULL.saved_at
    assert add_manifest(Metadata("a"), {}).saved_at
