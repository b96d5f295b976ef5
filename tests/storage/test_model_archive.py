import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.storage.attack_catalog import ATTACKS, EIGHT, MARKER
from tests.storage.malicious_archives import (
    Member,
    bomb,
    craft_zip,
    plain_zip,
    state_dict,
    tensor,
    unzip,
    with_member,
    with_pickle,
)
from tetris_arcade.storage.errors import ArchiveError, StorageError
from tetris_arcade.storage.model_archive import check_shapes, parse_model, read_model

ROOT = Path(__file__).parents[2]


def test_tensors_equal_those_of_torch(model_zip):
    import torch

    expected = torch.load(io.BytesIO(unzip(model_zip)["policy.pth"]), weights_only=True)
    policy = parse_model(model_zip).policy
    assert policy.keys() == expected.keys()
    for name, array in policy.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, expected[name].numpy())


def test_repacked_archive_is_read(model_zip):
    expected = parse_model(model_zip).policy
    for method in (0, 8):
        policy = parse_model(plain_zip(unzip(model_zip), method)).policy
        assert all((policy[name] == expected[name]).all() for name in expected)


def test_attacks_start_from_accepted_archives(model_zip):
    """Otherwise they might be refused because of the way they are built."""
    members = [Member(name.encode(), content) for name, content in unzip(model_zip).items()]
    assert parse_model(craft_zip(members)).policy.keys() == parse_model(model_zip).policy.keys()
    description = state_dict({"a": tensor(), "b": tensor((2, 4))})
    policy = parse_model(with_pickle(model_zip, description, EIGHT)).policy
    assert {name: array.shape for name, array in policy.items()} == {"a": (8,), "b": (2, 4)}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused(model_zip, name):
    attack = ATTACKS[name](model_zip)
    with pytest.raises(ArchiveError) as caught:
        parse_model(attack)
    message = str(caught.value)
    assert message.isprintable()
    assert 20 < len(message) < 250
    assert not MARKER.exists()


@pytest.mark.parametrize(
    "member",
    ["data", "policy.optimizer.pth", "pytorch_variables.pth", "tetris_arcade.json"],
)
def test_code_in_unread_members_does_not_run(model_zip, tmp_path, member):
    try:
        parse_model(with_member(model_zip, member, bomb(tmp_path / "ran")))
    except ArchiveError:
        assert member == "tetris_arcade.json"
    assert not (tmp_path / "ran").exists()


def test_data_member_is_ignored(model_zip):
    evil = json.dumps(
        {"learn": 1, "tensorboard_log": "/", "batch_size": {":serialized:": "gASVAAA="}}
    ).encode()
    policy = parse_model(with_member(model_zip, "data", evil)).policy
    assert policy.keys() == parse_model(model_zip).policy.keys()


def test_every_truncation_is_refused(model_zip):
    for length in range(0, len(model_zip), 37):
        with pytest.raises(ArchiveError):
            parse_model(model_zip[:length])


@pytest.mark.parametrize("kind", ["folder", "pipe", "nothing", "terabyte"])
def test_irregular_file_is_refused(tmp_path, model_zip, kind):
    import os

    path = tmp_path / "model.zip"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "terabyte":
        path.write_bytes(model_zip)
        os.truncate(path, 2**40)
    with pytest.raises(StorageError):
        read_model(path)


def test_link_to_a_file_is_read(tmp_path, model_zip):
    (tmp_path / "real.zip").write_bytes(model_zip)
    (tmp_path / "model.zip").symlink_to("real.zip")
    assert read_model(tmp_path / "model.zip").policy


def test_only_expected_tensors_fit(model_zip):
    policy = parse_model(model_zip).policy
    shapes = {name: array.shape for name, array in policy.items()}
    check_shapes(policy, shapes)
    for wrong in (
        {**shapes, "more": (1,)},
        dict(list(shapes.items())[1:]),
        {**shapes, "q_net.q_net.0.weight": (21, 8)},
    ):
        with pytest.raises(ArchiveError):
            check_shapes(policy, wrong)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
def test_refusals_are_fast_and_small(model_zip, tmp_path):
    """In a child process, which prints [worst seconds, growth of its peak memory in MB, refusals]."""
    for index, attack in enumerate(ATTACKS.values()):
        (tmp_path / f"{index}.zip").write_bytes(attack(model_zip))
    code = (
        "import json, re, sys, time; from pathlib import Path\n"
        "from tetris_arcade.storage.model_archive import read_model\n"
        "from tetris_arcade.storage.errors import ArchiveError, StorageError\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) / 1024\n"
        "before, worst, refused = peak(), 0.0, 0\n"
        "for path in Path(sys.argv[1]).iterdir():\n"
        "    start = time.perf_counter()\n"
        "    try: read_model(path)\n"
        "    except StorageError: refused += 1\n"
        "    worst = max(worst, time.perf_counter() - start)\n"
        "print(json.dumps([worst, peak() - before, refused]))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    seconds, megabytes, refused = json.loads(output)
    print(f"{refused} refusals, worst {seconds * 1e3:.1f} ms, {megabytes:.1f} MB in all")
    assert refused == len(ATTACKS)
    assert seconds < 1.0
    assert megabytes < 100.0
