"""The attacks on model.zip, by name: each a function from a good archive to a bad one."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.storage.malicious_archives import (
    ORDERED_DICT,
    Member,
    bomb,
    craft_zip,
    numbers,
    plain_zip,
    state_dict,
    tensor,
    text,
    unzip,
    with_member,
    with_pickle,
)

Attack = Callable[[bytes], bytes]
EIGHT = {"0": np.ones(8, "<f4").tobytes()}
MIXED = bytes(range(256)) * 3
MARKER = Path(f"/tmp/tetris-arcade-attack-{os.getpid()}")
"""Created by every attack whose code runs."""


def _pickle(*instructions: bytes) -> Attack:
    return lambda good: with_pickle(good, b"\x80\2" + b"".join(instructions) + b".", EIGHT)


def _one_tensor(content: bytes = EIGHT["0"], **fields) -> Attack:
    return lambda good: with_pickle(good, state_dict({"a": tensor(**fields)}), {"0": content})


def _members(change: Callable[[list[Member]], object], **arguments) -> Attack:
    def attack(good: bytes) -> bytes:
        members = [Member(name.encode(), content) for name, content in unzip(good).items()]
        change(members)
        return craft_zip(members, **arguments)

    return attack


def _set(**fields) -> Callable[[list[Member]], object]:
    """Change fields of policy.pth."""

    def change(members: list[Member]) -> None:
        for member in members:
            if member.name == b"policy.pth":
                vars(member).update(fields)

    return change


def _add(*args, **fields) -> Callable[[list[Member]], object]:
    return lambda members: members.append(Member(*args, **fields))


def _overlap(_: bytes) -> bytes:
    """The directory states that `data` is inside policy.pth."""
    inside = craft_zip([Member(b"data", b"{}")])
    return craft_zip([Member(b"policy.pth", inside), Member(b"data", b"{}", offset=30 + len("policy.pth"))])


def _floats(value: float) -> bytes:
    numbers = np.ones(8, "<f4")
    numbers[5] = value
    return numbers.tobytes()


CODE: dict[str, Attack] = {
    "code by REDUCE, protocol 2": lambda good: with_pickle(good, bomb(MARKER, 2)),
    "code by REDUCE, protocol 0": lambda good: with_pickle(good, bomb(MARKER, 0)),
    "code by STACK_GLOBAL, protocol 4": lambda good: with_pickle(good, bomb(MARKER, 4)),
    "code as the whole policy.pth": lambda good: with_member(good, "policy.pth", bomb(MARKER)),
    "code by INST": _pickle(b"(" + text(str(MARKER)) + text("w") + b"iio\nopen\n"),
    "code by OBJ": _pickle(b"(cio\nopen\n" + text(str(MARKER)) + text("w") + b"o"),
    "code by NEWOBJ": _pickle(b"cio\nopen\n" + text(str(MARKER)) + b"\x85\x81"),
    "code by BUILD": _pickle(b"ccollections\nOrderedDict\n)R(" + text("__setstate__") + b"cos\nsystem\ndb"),
    "code among the tensors": lambda good: with_pickle(
        good, state_dict({"a": tensor(), "b": bomb(MARKER)[2:-1]}), EIGHT
    ),
    "code in a tensor's hooks": _one_tensor(hooks=bomb(MARKER)[2:-1]),
    "something in a tensor's hooks": _one_tensor(hooks=b"}" + text("a") + b"K\1s"),
    "a parameter instead of a tensor": _pickle(
        b"ctorch._utils\n_rebuild_parameter\n(" + tensor() + b"\x89)tR"
    ),
    "an extension's code": _pickle(b"\x82\x01"),
    "an attribute on the dict": _pickle(
        b"ccollections\nOrderedDict\n)R}" + text("learn") + text("x") + b"sb"
    ),
    "a name from getattr": _pickle(b"cbuiltins\ngetattr\n"),
}

BOMBS: dict[str, Attack] = {
    "a memo index of two billion": _pickle(b"Nr\xff\xff\xff\x7f"),
    "a memo index, with allowed instructions only": _pickle(b"\x89r\xff\xff\xff\x7f"),
    "four billion bytes stated": _pickle(b"B\xff\xff\xff\xff"),
    "a string of four billion characters stated": _pickle(b"X\xff\xff\xff\xff"),
    "a frame of 2**60": _pickle(b"\x95" + struct.pack("<Q", 2**60)),
    "a long number": _pickle(b"\x8b\xff\xff\xff\x7f"),
    "a tower of tuples": _pickle(b"\x89" + b"q\0h\0\x86" * 5_000),
    "a hundred thousand marks": _pickle(b"(" * 60_000),
    "a pickle of a megabyte": _pickle(b"\x890" * 500_000),
    "a tensor of 2**62 from one storage": _one_tensor(shape=(2**30, 2**30), size=8),
    "a tensor expanded by zero strides": _one_tensor(shape=(60_000, 8), strides=(0, 1), size=8),
    "thousands of tensors over one storage": lambda good: with_pickle(
        good, state_dict({f"t{i}": tensor() for i in range(400)}), EIGHT
    ),
    "sixty large tensors over one storage": lambda good: with_pickle(
        good,
        state_dict({f"t{i}": tensor((1_000, 1_000)) for i in range(60)}),
        {"0": bytes(4_000_000)},
    ),
    "eight megabytes of zeros, deflated": _members(_set(content=bytes(8 * 2**20), method=8)),
    "a gigabyte stated, deflated": _members(_set(size=2**30, method=8)),
    "a zip in a zip in a zip": lambda good: with_member(good, "policy.pth", good),
    "eight megabytes of directory": lambda good: craft_zip([Member(b"x" * 200, b"")] * 32_000),
    "a directory with one member 60,000 times": lambda good: craft_zip(
        [Member(f"m{i}".encode(), b"", offset=0) for i in range(60_000)]
    ),
    "seventeen megabytes": lambda good: with_member(good, "policy.pth", bytes(17 * 2**20)),
}

TENSORS: dict[str, Attack] = {
    "no tensors": lambda good: with_pickle(good, state_dict({})),
    "a list": _pickle(b"]"),
    "a number": _pickle(b"K\1"),
    "nothing": lambda good: with_pickle(good, b""),
    "only an end": lambda good: with_pickle(good, b"."),
    "names that are numbers": _pickle(ORDERED_DICT + b"K\1" + tensor() + b"s"),
    "a duplicate name": lambda good: with_pickle(
        good, b"\x80\2}" + (text("a") + tensor() + b"s") * 2 + b".", EIGHT
    ),
    "a name with a path": lambda good: with_pickle(good, state_dict({"../a": tensor()}), EIGHT),
    "a name of 5,000 letters": lambda good: with_pickle(good, state_dict({"a" * 5_000: tensor()}), EIGHT),
    "broken Unicode": lambda good: with_pickle(good, b"\x80\2}X\1\0\0\0\xffK\1s."),
    "data after the end": lambda good: with_pickle(good, state_dict({"a": tensor()}, end=b"..."), EIGHT),
    "no end": lambda good: with_pickle(good, state_dict({"a": tensor()}, end=b""), EIGHT),
    "an unknown instruction": _pickle(b"\xff"),
    "an empty stack": _pickle(b"tR"),
    "an unknown memo": _pickle(b"h\x09"),
    "a storage of doubles": _one_tensor(kind="torch DoubleStorage"),
    "a storage of halves": _one_tensor(kind="torch HalfStorage"),
    "a missing storage": _one_tensor(key="7"),
    "a storage with a path": _one_tensor(key="../0"),
    "a storage of size -8": _one_tensor(size=-8),
    "a short storage": _one_tensor(content=bytes(28)),
    "a long storage": _one_tensor(content=bytes(36)),
    "an offset": _one_tensor(offset=4),
    "a negative length": _one_tensor(shape=(-8,), size=8),
    "an empty tensor": _one_tensor(shape=(0,), content=b""),
    "nine dimensions": _one_tensor(shape=(1,) * 9),
    "a transposed tensor": _one_tensor(shape=(4, 2), strides=(1, 4)),
    "a shape of strings": _pickle(
        b"ctorch._utils\n_rebuild_tensor_v2\n(K\1K\0" + numbers(8) + numbers(1) + b"\x89}tR"
    ),
    "NaN": _one_tensor(content=_floats(np.nan)),
    "seven megabytes of NaN": _one_tensor(np.full(1_800_000, np.nan, "<f4").tobytes(), shape=(1_800, 1_000)),
    "infinity": _one_tensor(content=_floats(-np.inf)),
    "a huge number": _one_tensor(content=_floats(1e30)),
    "big-endian numbers": lambda good: with_member(
        good, "policy.pth", plain_zip({**unzip(unzip(good)["policy.pth"]), "archive/byteorder": b"big"})
    ),
    "a script beside the tensors": lambda good: with_member(
        good, "policy.pth", plain_zip({**unzip(unzip(good)["policy.pth"]), "archive/code/a.py": b""})
    ),
    "two folders": lambda good: with_member(
        good, "policy.pth", plain_zip({**unzip(unzip(good)["policy.pth"]), "other/data.pkl": b"."})
    ),
    "a torch file in the legacy format": lambda good: with_member(
        good, "policy.pth", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
    ),
}

ZIPS: dict[str, Attack] = {
    "an empty file": lambda good: b"",
    "a text file": lambda good: b"this is not an archive" * 10,
    "an empty zip": lambda good: craft_zip([]),
    "the first half": lambda good: good[: len(good) // 2],
    "the last byte missing": lambda good: good[:-1],
    "truncated after the nested zip": lambda good: good[: good.index(b"policy.optimizer.pth") - 30],
    "leading data with correct offsets": _members(lambda members: None, before=b"#!/bin/sh\n"),
    "leading data": lambda good: b"#!/bin/sh\n" + good,
    "trailing data": lambda good: good + b"\0",
    "a second archive appended": lambda good: good + plain_zip({"data": b"{}"}),
    "a comment": _members(lambda members: None, end={"comment": 4}),
    "without policy.pth": lambda good: plain_zip({"data": unzip(good)["data"]}),
    "without data": lambda good: plain_zip({"policy.pth": unzip(good)["policy.pth"]}),
    "an unknown member": _members(_add(b"evil.py", b"")),
    "a member in a parent folder": _members(_add(b"../../.bashrc", b"")),
    "a member with an absolute path": _members(_add(b"/etc/passwd", b"")),
    "a member name with a null character": _members(_add(b"data\0.pth", b"")),
    "a member name outside ASCII": _members(_add("d\u00e4ta".encode(), b"")),
    "a member without a name": _members(_add(b"", b"")),
    "a folder as a member": _members(_add(b"data/", b"")),
    "a duplicate member": _members(_add(b"policy.pth", b"")),
    "a duplicate data": _members(_add(b"data", b"{}")),
    "too small a size": _members(_set(size=10)),
    "too large a size": _members(_set(size=2**31)),
    "too small a packed size": _members(_set(packed_size=10)),
    "too large a packed size": _members(_set(packed_size=2**31)),
    "sizes of zip64": _members(_set(size=0xFFFFFFFF, packed_size=0xFFFFFFFF)),
    "a wrong checksum": _members(_set(crc=1)),
    "encrypted": _members(_set(flags=1)),
    "compressed by bzip2": _members(_set(method=12)),
    "compressed by an unknown method": _members(_set(method=99)),
    "broken deflate": _members(_set(method=8, raw=b"\xff" * 900)),
    "deflate without an end": _members(_set(method=8, raw=zlib.compress(MIXED)[2:-6])),
    "data after the end of deflate": _members(_set(method=8, raw=zlib.compress(b"a")[2:-4] + bytes(900))),
    "a size one byte too small": _members(_set(method=8, content=MIXED, size=len(MIXED) - 1)),
    "a size one byte too large": _members(_set(method=8, content=MIXED, size=len(MIXED) + 1)),
    "on another disk": _members(_set(disk=3)),
    "a member's comment": _members(_set(comment=b"x")),
    "overlapping members": _overlap,
    "a member beyond the end of the file": _members(_set(offset=2**31)),
    "another name in the local header": _members(_set(local_name=b"policy.xyz")),
    "two disks": _members(lambda members: None, end={"disk": 1}),
    "too few members stated": _members(lambda members: None, end={"count": 1, "here": 1}),
    "too many members stated": _members(lambda members: None, end={"count": 7, "here": 7}),
    "65,535 members stated": _members(lambda members: None, end={"count": 65_535, "here": 65_535}),
    "a wrong directory offset": _members(lambda members: None, end={"offset": 0}),
    "a directory of size zero": _members(lambda members: None, end={"size": 0}),
    "a broken metadata member": lambda good: with_member(good, "tetris_arcade.json", b'{"name": NaN}'),
    "a version string of a megabyte": lambda good: with_member(
        good, "_stable_baselines3_version", bytes(2**20)
    ),
}

ATTACKS: dict[str, Attack] = {**CODE, **BOMBS, **TENSORS, **ZIPS}
