"""Each refused file is named for what it is."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.storage.malicious_archives import plain_zip, unzip, with_member
from tetris_arcade.cli import main
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.import_export import choose_import_name
from tetris_arcade.storage.model_archive import parse_model

Make = Callable[[dict[str, bytes]], bytes]


def _torch_file(value: Any, **options: Any) -> bytes:
    import torch

    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def _numpy_file(save: Callable[..., None]) -> bytes:
    buffer = io.BytesIO()
    save(buffer, np.zeros(3))
    return buffer.getvalue()


def _with_comment(members: dict[str, bytes]) -> bytes:
    return plain_zip(members)[:-2] + b"\x07\x00" + b"my best"


def _legacy_weights(members: dict[str, bytes]) -> bytes:
    import torch

    weights = torch.load(io.BytesIO(members["policy.pth"]), weights_only=True)
    return plain_zip({**members, "policy.pth": _torch_file(weights, _use_new_zipfile_serialization=False)})


def _cast_weights(dtype: str) -> Make:
    def cast(members: dict[str, bytes]) -> bytes:
        import torch

        weights = torch.load(io.BytesIO(members["policy.pth"]), weights_only=True)
        changed = {name: tensor.to(getattr(torch, dtype)) for name, tensor in weights.items()}
        return plain_zip({**members, "policy.pth": _torch_file(changed)})

    return cast


def _data(**fields: Any) -> Make:
    data = {"policy_class": {":type:": "", "__module__": "a.module"}, **fields}
    return lambda members: plain_zip({**members, "data": json.dumps(data, indent=4).encode()})


def _policy_module(module: str) -> Make:
    return _data(policy_class={":type:": "", "__module__": module})


def _unread(content: bytes) -> Make:
    return lambda _members: content


def _in_folder(members: dict[str, bytes]) -> dict[str, bytes]:
    return {f"model/{name}": content for name, content in members.items()}


REASONS: dict[str, tuple[str, Make]] = {
    "sb2": (
        "stable-baselines 2",
        _unread(plain_zip({"data": b"{}", "parameters": b"", "parameter_list": b""})),
    ),
    "sb2 pickle": ("a Python pickle", _unread(pickle.dumps({"gamma": 0.9}))),
    "torch before 1.6": ("before torch 1.6.*save it again", _legacy_weights),
    "a .pt before 1.6": (
        "before torch 1.6",
        lambda _: _torch_file([1], _use_new_zipfile_serialization=False),
    ),
    "a .pt": ("a torch file without a model.zip", lambda members: members["policy.pth"]),
    "TorchScript": ("a TorchScript", _unread(plain_zip({"m/code/__torch__.py": b"", "m/data.pkl": b""}))),
    "comment": ("a zip with a comment", _with_comment),
    "folder": ("in a folder inside", lambda members: plain_zip(_in_folder(members))),
    "folder and clutter": (
        "in a folder inside",
        lambda members: plain_zip({"model/": b"", **_in_folder(members), "__MACOSX/model/._data": b""}),
    ),
    "note beside it": (
        "a model.zip has no notes.txt",
        lambda members: plain_zip({**members, "notes.txt": b""}),
    ),
    "data before it": ("other data before the zip", lambda members: b"#!/bin/sh\n" + plain_zip(members)),
    "zip of zips": (
        "models inside.*rl/best_model.zip",
        lambda m: plain_zip({"rl/best_model.zip": plain_zip(m)}),
    ),
    "float64": ("its weights are float64", _cast_weights("float64")),
    "float16": ("its weights are float16", _cast_weights("float16")),
    "bfloat16": ("its weights are BFloat16", _cast_weights("bfloat16")),
    "TRPO": ("a TRPO model", _data(cg_max_steps=15, gae_lambda=1)),
    "QR-DQN": ("a QR-DQN model", _policy_module("sb3_contrib.qrdqn.policies")),
    "MaskablePPO": ("a MaskablePPO model", _policy_module("sb3_contrib.common.maskable.policies")),
    "RecurrentPPO": ("a RecurrentPPO model", _policy_module("sb3_contrib.common.recurrent.policies")),
    "Keras": ("a Keras model", _unread(plain_zip({"config.json": b"{}", "model.weights.h5": b""}))),
    "HDF5": ("an HDF5 file", _unread(b"\x89HDF\r\n\x1a\n" + bytes(90))),
    "ONNX": ("an ONNX model", _unread(b"\x08\x08\x12\x07pytorch" + bytes(90))),
    "SavedModel": ("a TensorFlow model", _unread(b"\x08\x01\x12" + bytes(90))),
    "TFLite": ("a TensorFlow Lite", _unread(b"\x1c\0\0\0TFL3" + bytes(90))),
    "safetensors": ("a safetensors file", _unread(b"\x40\0\0\0\0\0\0\0" + b'{"a": {}}' + bytes(90))),
    "npz": ("numpy arrays", _unread(_numpy_file(np.savez))),
    "npy": ("a numpy array", _unread(_numpy_file(np.save))),
    "gzip": ("a gzip archive", lambda members: gzip.compress(plain_zip(members))),
    "tar": ("a tar archive", _unread(b"model.zip" + bytes(248) + b"ustar\0" + bytes(250))),
    "7z": ("a 7z archive", _unread(b"7z\xbc\xaf\x27\x1c" + bytes(90))),
    "RAR": ("a RAR archive", _unread(b"Rar!\x1a\x07\1\0" + bytes(90))),
    "web page": ("a web page", _unread(b"\n<!DOCTYPE html><html></html>")),
    "LFS": ("a Git LFS pointer", _unread(b"version https://git-lfs.github.com/spec/v1\n")),
    "picture": ("a picture", _unread(b"\x89PNG\r\n\x1a\n" + bytes(90))),
    "document": ("an office document", _unread(plain_zip({"[Content_Types].xml": b"", "word/a.xml": b""}))),
    "text": ("a text file", _unread(b"learning_rate = 0.1\n")),
    "empty": ("it is empty", _unread(b"")),
    "empty zip": ("an empty zip", _unread(plain_zip({}))),
    "other zip": ("a zip without a model", _unread(plain_zip({"a.txt": b"a", "b/c.txt": b""}))),
    "half a file": ("incomplete", lambda members: plain_zip(members)[:-400]),
    "noise": ("no model file", _unread(bytes(range(1, 250)) * 4)),
}


@pytest.mark.parametrize("name", REASONS)
def test_refusal_says_what_the_file_is(model_zip: bytes, name: str) -> None:
    reason, make = REASONS[name]
    with pytest.raises(ArchiveError, match=f"friend.zip.* is refused: .*{reason}") as caught:
        parse_model(make(unzip(model_zip)), "friend.zip")
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("name", ["PPO", "A2C", "SAC", "TD3", "DDPG"])
def test_other_algorithm_is_named(name: str) -> None:
    import gymnasium
    import stable_baselines3

    is_discrete = name in ("PPO", "A2C")
    env = gymnasium.make("CartPole-v1" if is_discrete else "Pendulum-v1")
    options = {"policy_kwargs": {"net_arch": [8]}, "device": "cpu"} | (
        {} if is_discrete else {"buffer_size": 9}
    )
    buffer = io.BytesIO()
    getattr(stable_baselines3, name)("MlpPolicy", env, **options).save(buffer)
    with pytest.raises(ArchiveError, match=f"it is an? {name} model, not a DQN"):
        parse_model(buffer.getvalue())


def test_dqn_of_another_game_is_described(tmp_path: Path, other_zip: bytes) -> None:
    (tmp_path / "cartpole.zip").write_bytes(other_zip)
    with pytest.raises(ArchiveError, match=r"4 inputs and 2 outputs.* 21 or 13 inputs, 1 output"):
        choose_import_name(DataPaths(tmp_path), tmp_path / "cartpole.zip")


def test_only_a_refused_file_is_described(model_zip: bytes) -> None:
    assert parse_model(with_member(model_zip, "data", b'{"note": "PPO"}')).policy


def test_zip_of_an_ordinary_tool_is_read(model_zip: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in unzip(model_zip).items():
            archive.writestr(name, content)
    assert parse_model(buffer.getvalue()).policy


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (["best_model.zip", "config.yml"], "use the file in it: best_model.zip"),
        (["a.zip", "b.zip", "c.zip"], "use one of the files in it: a.zip, b.zip, ..."),
        (["data", "policy.pth"], "an unpacked model.zip"),
        (["algorithm_state.pkl"], "a model is a file"),
    ],
)
def test_folder_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: list[str], reason: str
) -> None:
    folder = tmp_path / "CartPole-v1_1"
    folder.mkdir()
    for file in files:
        (folder / file).write_bytes(b"")
    with pytest.raises(ArchiveError, match=f"CartPole-v1_1 is a folder: .*{reason}"):
        choose_import_name(DataPaths(tmp_path), folder)
    for command in (["models", "import"], ["demo"], ["evaluate"]):
        assert main([*command, str(folder), "--data-dir", str(tmp_path)]) == 2
        assert reason in capsys.readouterr().err


def test_demo_of_a_foreign_file_opens_no_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.onnx").write_bytes(b"\x08\x08\x12\x07pytorch")
    assert main(["demo", str(tmp_path / "model.onnx"), "--data-dir", str(tmp_path)]) == 1
    assert "model.onnx is refused: it is an ONNX model" in capsys.readouterr().err


def test_large_file_is_refused_without_its_path(tmp_path: Path) -> None:
    file = tmp_path / "huge.zip"
    file.touch()
    os.truncate(file, 20 * 2**20)
    with pytest.raises(ArchiveError, match=r"^huge.zip is refused: it has 20 MiB"):
        choose_import_name(DataPaths(tmp_path), file)
