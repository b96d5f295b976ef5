"""Each rule alone, by its own message: in other tests another rule may refuse the file first."""

import io
import zipfile

import pytest

from tests.storage.malicious_archives import Member, craft_zip, unzip
from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.strict_zip import StrictZip, ZipLimits

LIMITS = ZipLimits(max_members=4, max_member_bytes=10_000, max_total_bytes=15_000, max_ratio=50)
MIXED = bytes(range(256)) * 3
A, B = Member(b"a", b"content"), Member(b"b", b"more")


def _inside(first: bytes) -> bytes:
    """A zip whose directory places b inside a."""
    inner = craft_zip([B])
    return craft_zip([Member(b"a", inner), Member(b"b", b"more", offset=31)]) if first == b"a" else b""


RULES = {
    "does not end like an archive": craft_zip([A]) + b"\0",
    "too short": b"PK",
    "too many members": craft_zip([Member(b"%d" % i, b"") for i in range(5)]),
    "end record does not match": craft_zip([A], end={"offset": 3}),
    "duplicate member": craft_zip([A, A]),
    "more entries than stated": craft_zip([A, B], end={"here": 1, "count": 1}),
    "at most 15000 are allowed": craft_zip([Member(b"a", bytes(9_000)), Member(b"b", bytes(9_000))]),
    "at most 10000 are allowed": craft_zip([Member(b"a", bytes(10_001))]),
    "before its first": craft_zip([A], before=b"junk"),
    "overlap or leave gaps": _inside(b"a"),
    "states a wrong size": craft_zip([Member(b"a", b"content", size=3)]),
    "compressed more than is allowed": craft_zip([Member(b"a", bytes(9_000), method=8)]),
    "directory is invalid": craft_zip([Member(b"a", b"", comment=b"x")]),
    "encrypted, which is not allowed": craft_zip([Member(b"a", b"", flags=1)]),
    "compression is not allowed": craft_zip([Member(b"a", b"", method=14)]),
    "name is not allowed": craft_zip([Member(b"a\n", b"")]),
    "does not match the directory": craft_zip([Member(b"a", b"", local_name=b"b")]),
    "structure is invalid": craft_zip([Member(b"a", b"", offset=90_000)]),
}
CONTENTS = {
    "is damaged": Member(b"a", b"content", crc=1),
    "cannot be unpacked": Member(b"a", MIXED, method=8, raw=b"\xff" * 400),
    "does not have the stated size": Member(b"a", MIXED, method=8, size=len(MIXED) - 300),
}


def test_stored_and_deflated_members_are_read():
    for method in (0, 8):
        archive = StrictZip(craft_zip([Member(b"a", MIXED, method), B]), LIMITS, "it")
        assert (archive.read("a"), archive.read("b")) == (MIXED, b"more")
    assert StrictZip(craft_zip([]), LIMITS, "it").members == {}


def test_streamed_zipfile_output_is_read():
    class Stream(io.RawIOBase):
        """Cannot seek, so that the sizes follow each member."""

        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, data):
            self.content += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", MIXED)
        archive.writestr("b", b"more")
    assert StrictZip(stream.content, LIMITS, "it").read("a") == MIXED


@pytest.mark.parametrize("message", RULES)
def test_structure_is_checked(message):
    with pytest.raises(ArchiveError, match=f"^it is refused: .*{message}"):
        StrictZip(RULES[message], LIMITS, "it")


@pytest.mark.parametrize("message", CONTENTS)
def test_contents_are_checked(message):
    archive = StrictZip(craft_zip([CONTENTS[message]]), LIMITS, "it")
    with pytest.raises(ArchiveError, match=message):
        archive.read("a")


def test_data_after_deflate_end_is_refused():
    packed = Member(b"a", MIXED, method=8).packed
    archive = StrictZip(craft_zip([Member(b"a", MIXED, method=8, raw=packed + b"more")]), LIMITS, "it")
    with pytest.raises(ArchiveError, match="does not have the stated size"):
        archive.read("a")


def test_directory_over_limit_is_refused():
    limits = ZipLimits(1_000, 10_000, 15_000, max_directory_bytes=5_000)
    with pytest.raises(ArchiveError, match="too many members"):
        StrictZip(craft_zip([Member(b"x" * 100 + b"%d" % i, b"") for i in range(100)]), limits, "it")


def test_zip64_records_must_agree(model_zip):
    policy = unzip(model_zip)["policy.pth"]
    limits = ZipLimits(100, 10_000, 15_000)
    assert StrictZip(policy, limits, "it").members
    start = policy.index(b"PK\6\6")
    for position in (24, 32, 40, 48, 64):  # Two counts, size, offset; the locator's offset.
        changed = bytearray(policy)
        changed[start + position] ^= 1
        with pytest.raises(ArchiveError, match="end record does not match"):
            StrictZip(bytes(changed), limits, "it")
