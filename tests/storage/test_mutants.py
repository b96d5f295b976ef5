"""Mutants of every kind of file that is read: each is accepted, or refused with a short message."""

import random

import numpy as np
import pytest

from tests.storage.mutation import mutate, mutate_archive
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.plain_data import to_plain
from tetris_arcade.config.settings import Settings
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.errors import ArchiveError, StorageError
from tetris_arcade.storage.metadata import FileDigest, Metadata, encode_metadata, parse_metadata
from tetris_arcade.storage.model_archive import MAX_MAGNITUDE, parse_model
from tetris_arcade.storage.npz import read_npz, write_npz
from tetris_arcade.storage.replays import Replay, encode_replay, parse_replay
from tetris_arcade.storage.settings_file import load_settings, save_settings

ROUNDS = [(300, 0), pytest.param(10_000, 1, marks=pytest.mark.soak)]


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_mutated_archives(model_zip, rounds, seed):
    source, refused = random.Random(seed), 0
    for _ in range(rounds):
        mutant = mutate_archive(source, model_zip)
        try:
            policy = parse_model(mutant).policy
        except ArchiveError as error:
            refused += 1
            _check_message(error)
            continue
        for array in policy.values():
            assert array.dtype == np.float32
            assert (np.abs(array) <= MAX_MAGNITUDE).all()
    print(f"{refused} of {rounds} mutants refused")
    assert 0.4 * rounds < refused < rounds


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_mutated_array_files(rounds, seed):
    source, refused = random.Random(seed), 0
    arrays = {"boards": np.arange(60, dtype=np.uint32), "rest": np.linspace(0, 1, 12).reshape(3, 4)}
    originals = [write_npz(arrays), write_npz(arrays, compress=True)]
    for _ in range(rounds):
        try:
            read_npz(mutate(source, source.choice(originals)), 10_000)
        except ArchiveError as error:
            refused += 1
            _check_message(error)
    assert refused > 0.4 * rounds


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_mutated_array_headers(rounds, seed):
    """The zip's checksums are valid here, so that the mutants reach the header's parser."""
    from tests.storage.malicious_archives import plain_zip, unzip

    source, refused = random.Random(seed), 0
    member = unzip(write_npz({"a": np.arange(6, dtype=np.uint32)}))["a.npy"]
    for _ in range(rounds):
        header = mutate(source, member[:128])
        try:
            read_npz(plain_zip({"a.npy": header + member[128:]}), 10_000)
        except ArchiveError as error:
            refused += 1
            _check_message(error)
    assert 0.4 * rounds < refused


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_mutated_metadata(rounds, seed):
    source, refused = random.Random(seed), 0
    evaluation = Evaluation(20, 990.5, 991.0, (980.0, 1_000.0), 3, 77, 2_500)
    original = encode_metadata(
        Metadata(
            "Ünïcode 🤖",
            evaluation=evaluation,
            training=to_plain(TrainConfig()),
            learning_curve=((0, 0.5), (100, 20.0)),
            files={"model.zip": FileDigest.from_content(b"x")},
            saved_at="2026-01-01T00:00:00+00:00",
        )
    )
    for _ in range(rounds):
        try:
            encode_metadata(parse_metadata(mutate(source, original)))
        except StorageError as error:
            refused += 1
            _check_message(error)
    assert 0.4 * rounds < refused


@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
def test_mutated_replays(rounds, seed):
    source, refused = random.Random(seed), 0
    original = encode_replay(Replay({"height": 20}, 5, bytes(range(40)) * 9, 12, 400, "champion"))
    for _ in range(rounds):
        try:
            parse_replay(mutate(source, original))
        except StorageError as error:
            refused += 1
            _check_message(error)
    assert 0.4 * rounds < refused


@pytest.mark.parametrize(("rounds", "seed"), [(150, 0), pytest.param(3_000, 1, marks=pytest.mark.soak)])
def test_mutated_settings(tmp_path, rounds, seed):
    source, path = random.Random(seed), tmp_path / "settings.toml"
    save_settings(path, Settings())
    original = path.read_bytes()
    for _ in range(rounds):
        mutant = mutate(source, original)
        path.write_bytes(mutant)
        settings, message = load_settings(path)
        assert message is None or (message.isprintable() and len(message) < 400)
        save_settings(path, settings)
        assert load_settings(path)[0] == settings


def _check_message(error):
    assert str(error).isprintable()
    assert len(str(error)) < 300
