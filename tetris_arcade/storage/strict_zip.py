"""A zip reader for untrusted files: every number is checked against the bytes before memory is allocated.

`zipfile` opens as much as it can (leading data, comments, nested archives, a directory of any size), and
allocates memory before a caller can refuse the file. Not supported here: zip64 sizes, encryption, multiple
disks, other compression methods.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from tetris_arcade.storage.errors import ArchiveError

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_HAS_DESCRIPTOR = 0x8
_ALLOWED_FLAGS = 0x2 | 0x4 | _HAS_DESCRIPTOR | 0x800  # Compression levels, and names in UTF-8.
_DESCRIPTOR_SIZES = (12, 16, 20, 24)


@dataclass(frozen=True)
class ZipLimits:
    """Limits of a zip, sizes in bytes; `max_ratio` is unpacked to packed size of a member."""

    max_members: int
    max_member_bytes: int
    max_total_bytes: int
    max_ratio: int = 50
    max_directory_bytes: int = 64 * 1024


@dataclass(frozen=True)
class ZipMember:
    """One file of the zip; its packed bytes start at `start`."""

    name: str
    size: int
    packed_size: int
    crc: int
    is_deflated: bool
    start: int
    header_offset: int
    has_descriptor: bool

    @property
    def end(self) -> int:
        """Offset after its packed bytes."""
        return self.start + self.packed_size


class StrictZip:
    """A zip in memory, completely checked; raises ArchiveError, which names `what`, if it is refused."""

    def __init__(self, data: bytes, limits: ZipLimits, what: str) -> None:
        self._data = memoryview(data)
        self._limits = limits
        self._what = what
        try:
            directory, count = self._find_directory()
            members = self._read_directory(directory, count)
            self._check_layout(members, directory.start)
        except (struct.error, UnicodeDecodeError, IndexError) as error:
            raise self._fault("its structure is invalid") from error
        self.members: dict[str, ZipMember] = {member.name: member for member in members}

    def read(self, name: str) -> bytes:
        """Unpack a member; raises ArchiveError unless it has exactly the stated size and checksum."""
        member = self.members.get(name)
        if member is None:
            raise self._fault(f"it has no {name}")
        packed = self._data[member.start : member.end]
        content = self._inflate(packed, member) if member.is_deflated else bytes(packed)
        if len(content) != member.size or zlib.crc32(content) != member.crc:
            raise self._fault(f"{name} is damaged")
        return content

    def _inflate(self, packed: memoryview, member: ZipMember) -> bytes:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, member.size + 1)
        except zlib.error as error:
            raise self._fault(f"{member.name} cannot be unpacked") from error
        if not inflater.eof or inflater.unused_data:
            raise self._fault(f"{member.name} does not have the stated size")
        return content

    def _find_directory(self) -> tuple[range, int]:
        """The directory's byte range and number of entries."""
        data, end = self._data, len(self._data) - _END.size
        if end < 0:
            raise self._fault("it is too short to be an archive")
        signature, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(data, end)
        if signature != b"PK\5\6" or comment or disk or first_disk or here != count:
            raise self._fault("it does not end like an archive, perhaps it is truncated")
        if count > self._limits.max_members or size > self._limits.max_directory_bytes:
            raise self._fault(f"it has too many members ({count})")
        after = offset + size
        if after != end and not self._is_zip64_end(after, end, (here, count, size, offset)):
            raise self._fault("its end record does not match its content")
        return range(offset, after), count

    def _is_zip64_end(self, after: int, end: int, expected: tuple[int, ...]) -> bool:
        """Whether there are zip64 records, which torch always writes, with the end record's values."""
        if end - after != _END64.size + _LOCATOR.size:
            return False
        signature, record_size, _, _, disk, first_disk, *values = _END64.unpack_from(self._data, after)
        locator = _LOCATOR.unpack_from(self._data, after + _END64.size)
        is_valid = signature == b"PK\6\6" and record_size == _END64.size - 12 and not disk and not first_disk
        return is_valid and tuple(values) == expected and locator == (b"PK\6\7", 0, after, 1)

    def _read_directory(self, directory: range, count: int) -> list[ZipMember]:
        members: dict[str, ZipMember] = {}
        position, total = directory.start, 0
        for _ in range(count):
            member, position = self._read_entry(position, directory.stop)
            total += member.size
            if member.name in members:
                raise self._fault("it has a duplicate member")
            members[member.name] = member
        if position != directory.stop:
            raise self._fault("its directory has more entries than stated")
        if total > self._limits.max_total_bytes:
            raise self._fault(
                f"it would unpack to {total} bytes, at most {self._limits.max_total_bytes} are allowed"
            )
        return list(members.values())

    def _read_entry(self, position: int, stop: int) -> tuple[ZipMember, int]:
        fields = _ENTRY.unpack_from(self._data, position)
        signature, _, _, flags, method, _, _, crc, packed, size = fields[:10]
        name_size, extra_size, comment_size, disk, _, _, offset = fields[10:]
        after = position + _ENTRY.size + name_size + extra_size + comment_size
        if signature != b"PK\1\2" or after > stop or disk or comment_size:
            raise self._fault("its directory is invalid")
        if flags & _ENCRYPTED:
            raise self._fault(
                "it is encrypted, which is not allowed. Pack its files again without a password"
            )
        if flags & ~_ALLOWED_FLAGS or method not in (_STORED, _DEFLATED):
            raise self._fault("its compression is not allowed. Pack its files again, with deflate")
        name = self._name(position + _ENTRY.size, name_size)
        self._check_sizes(name, size, packed, method)
        start = self._check_local(offset, name_size, method, position + _ENTRY.size)
        has_descriptor = bool(flags & _HAS_DESCRIPTOR)
        return ZipMember(name, size, packed, crc, method == _DEFLATED, start, offset, has_descriptor), after

    def _check_sizes(self, name: str, size: int, packed: int, method: int) -> None:
        if size > self._limits.max_member_bytes:
            raise self._fault(f"{name} has {size} bytes, at most {self._limits.max_member_bytes} are allowed")
        if method == _STORED and size != packed:
            raise self._fault(f"{name} states a wrong size")
        if size > self._limits.max_ratio * packed:
            raise self._fault(f"{name} is compressed more than is allowed")

    def _check_local(self, offset: int, name_size: int, method: int, name_position: int) -> int:
        """Offset of the member's bytes; its local header must match the directory."""
        local = _LOCAL.unpack_from(self._data, offset)
        signature, local_method, local_name_size, extra_size = local[0], local[3], local[9], local[10]
        name = self._data[offset + _LOCAL.size : offset + _LOCAL.size + local_name_size]
        expected = self._data[name_position : name_position + name_size]
        if signature != b"PK\3\4" or local_method != method or name != expected:
            raise self._fault("a member's header does not match the directory")
        return int(offset + _LOCAL.size + local_name_size + extra_size)

    def _check_layout(self, members: list[ZipMember], directory_start: int) -> None:
        """The members must follow each other from the first byte on, without overlaps or gaps."""
        ordered = sorted(members, key=lambda member: member.header_offset)
        starts = [member.header_offset for member in ordered] + [directory_start]
        if starts[0] != 0:
            raise self._fault("it has data before its first member")
        for member, following in zip(ordered, starts[1:], strict=True):
            allowed = _DESCRIPTOR_SIZES if member.has_descriptor else (0,)
            if following - member.end not in allowed:
                raise self._fault("its members overlap or leave gaps")

    def _name(self, position: int, size: int) -> str:
        name = bytes(self._data[position : position + size]).decode("ascii")
        if not name.isprintable() or not 1 <= len(name) <= 128:
            raise self._fault("a member's name is not allowed")
        return name

    def _fault(self, text: str) -> ArchiveError:
        return ArchiveError(f"{self._what} is refused: {text}")
