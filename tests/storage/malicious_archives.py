"""Builds malicious archives: zips with arbitrary fields, pickles from single instructions."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np

ORDERED_DICT = b"ccollections\nOrderedDict\n)R"


@dataclass
class Member:
    """One member of a crafted zip; fields that are None get their true value."""

    name: bytes
    content: bytes
    method: int = 0
    flags: int = 0
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    raw: bytes | None = None
    comment: bytes = b""
    disk: int = 0

    @property
    def packed(self) -> bytes:
        if self.raw is not None:
            return self.raw
        if self.method != 8:
            return self.content
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflater.compress(self.content) + deflater.flush()


def craft_zip(members: list[Member], *, end: dict | None = None, before: bytes = b"") -> bytes:
    """Concatenate the members; `end` overrides fields of the end record."""
    out = bytearray(before)
    directory = bytearray()
    for member in members:
        offset, packed = len(out), member.packed
        size = len(member.content) if member.size is None else member.size
        packed_size = len(packed) if member.packed_size is None else member.packed_size
        crc = zlib.crc32(member.content) if member.crc is None else member.crc
        local_name = member.name if member.local_name is None else member.local_name
        shared = (member.flags, member.method, 0, 0x21, crc, packed_size & 0xFFFFFFFF, size & 0xFFFFFFFF)
        out += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *shared, len(local_name), 0) + local_name + packed
        offset = offset if member.offset is None else member.offset
        lengths = (len(member.name), 0, len(member.comment), member.disk, 0, 0, offset)
        entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, *shared, *lengths)
        directory += entry + member.name + member.comment
    fields = {"disk": 0, "first": 0, "here": len(members), "count": len(members)}
    fields |= {"size": len(directory), "offset": len(out), "comment": 0} | (end or {})
    order = ("disk", "first", "here", "count", "size", "offset", "comment")
    tail = struct.pack("<4s4H2LH", b"PK\5\6", *(fields[name] for name in order))
    return bytes(out + directory) + tail


def plain_zip(members: dict[str, bytes], method: int = 0) -> bytes:
    return craft_zip([Member(name.encode(), content, method) for name, content in members.items()])


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_member(model_zip: bytes, name: str, content: bytes) -> bytes:
    """A valid model.zip with one member replaced or added."""
    return plain_zip({**unzip(model_zip), name: content})


def with_pickle(model_zip: bytes, description: bytes, storages: dict[str, bytes] | None = None) -> bytes:
    """A valid model.zip whose policy.pth has another data.pkl, and other storages if given."""
    inner = unzip(unzip(model_zip)["policy.pth"])
    if storages is not None:
        inner = {name: content for name, content in inner.items() if "/data/" not in name}
        inner |= {f"archive/data/{key}": content for key, content in storages.items()}
    inner["archive/data.pkl"] = description
    return with_member(model_zip, "policy.pth", plain_zip(inner))


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def numbers(*values: int) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def tensor(
    shape=(8,),
    strides=None,
    offset=0,
    size=None,
    key="0",
    kind="torch FloatStorage",
    hooks=ORDERED_DICT,
) -> bytes:
    """The instructions of one tensor."""
    size = int(np.prod(shape)) if size is None else size
    if strides is None:
        strides = [int(np.prod(shape[i + 1 :])) for i in range(len(shape))]
    module, name = kind.split()
    storage = (
        b"("
        + text("storage")
        + f"c{module}\n{name}\n".encode()
        + text(key)
        + text("cpu")
        + number(size)
        + b"tQ"
    )
    rest = number(offset) + numbers(*shape) + numbers(*strides) + b"\x89" + hooks
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + rest + b"tR"


def state_dict(entries: dict[str, bytes], *, start=ORDERED_DICT, end=b".") -> bytes:
    """The pickle of a dict of tensors."""
    return (
        b"\x80\2"
        + start
        + b"("
        + b"".join(text(name) + value for name, value in entries.items())
        + b"u"
        + end
    )


class RunsCode:
    """Creates the file `path` when unpickled."""

    def __init__(self, path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def bomb(path, protocol: int = 2) -> bytes:
    return pickle.dumps(RunsCode(path), protocol)
