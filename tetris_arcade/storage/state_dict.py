"""Reads the tensor descriptions in a torch file's pickle, with an interpreter that can build nothing else.

A pickle is a program. This interpreter runs the few instructions that torch uses for a state dict, on
strings, numbers, tuples and dicts of its own. It knows three names as symbols; nothing is imported or called.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tetris_arcade.storage.errors import ArchiveError

MAX_PICKLE_BYTES = 64 * 1024
MAX_DIMENSIONS = 4
MAX_TENSORS = 64
_KEY = re.compile(r"[0-9]{1,4}")
_STORAGE = re.compile(r"torch (?:cuda )?([A-Z][A-Za-z0-9]{1,20})Storage")
_DTYPES = {"Double": "float64", "Half": "float16", "Long": "int64", "Int": "int32", "Char": "int8"}
"""The dtype of a storage whose name does not say it."""
_TENSOR_NAME = re.compile(r"[A-Za-z0-9_.]{1,128}")


@dataclass(frozen=True)
class TensorSpec:
    """A float32 tensor: the key of the storage that holds its numbers in C order, and its shape."""

    storage: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class _Storage:
    key: str
    num_elements: int


class _Name(enum.Enum):
    ORDERED_DICT = "collections OrderedDict"
    REBUILD_TENSOR = "torch._utils _rebuild_tensor_v2"
    FLOAT_STORAGE = "torch FloatStorage"


class _Mark:
    """Marks the start of a tuple or of a dict's items on the stack."""


_MARK = _Mark()
_STOP = b"."


def read_state_dict(content: bytes, what: str) -> dict[str, TensorSpec]:
    """The tensors by name; raises ArchiveError unless the pickle is a state dict of float32 tensors."""
    if len(content) > MAX_PICKLE_BYTES:
        raise ArchiveError(f"{what} is refused: its description has {len(content)} bytes")
    try:
        table = _Interpreter(content).run()
        return _check_table(table)
    except ArchiveError as error:
        raise ArchiveError(f"{what} is refused: {error}") from error
    except (ValueError, TypeError, IndexError, KeyError, OverflowError) as error:
        raise ArchiveError(f"{what} is refused: its description is invalid") from error


def _check_table(table: object) -> dict[str, TensorSpec]:
    if not isinstance(table, dict) or not 0 < len(table) <= MAX_TENSORS:
        raise ArchiveError("it does not contain a policy's tensors")
    for name, spec in table.items():
        if not isinstance(name, str) or not _TENSOR_NAME.fullmatch(name) or not isinstance(spec, TensorSpec):
            raise ArchiveError("it contains something other than named tensors")
    return table


class _Reader:
    """Reads a pickle's bytes in order; raises ValueError if they end too early."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    @property
    def is_at_end(self) -> bool:
        return self._position == len(self._content)

    def read(self, count: int) -> bytes:
        content = self._content[self._position : self._position + count]
        if len(content) < count:
            raise ValueError("the description is truncated")
        self._position += count
        return content

    def unsigned(self, count: int) -> int:
        return int.from_bytes(self.read(count), "little")

    def signed(self) -> int:
        return int.from_bytes(self.read(4), "little", signed=True)

    def text(self) -> str:
        return self.read(self.unsigned(4)).decode()

    def line(self) -> str:
        end = self._content.index(b"\n", self._position)
        return self.read(end + 1 - self._position)[:-1].decode("ascii")


class _Interpreter:
    """A stack, a memo, and some twenty instructions by their opcode."""

    def __init__(self, content: bytes) -> None:
        self._reader = reader = _Reader(content)
        self._stack: list[Any] = []
        self._push = self._stack.append
        self._memo: dict[int, Any] = {}
        self._instructions: dict[bytes, Callable[[], object]] = {
            b"\x80": lambda: reader.read(1),  # the protocol number
            b"c": lambda: self._name(f"{reader.line()} {reader.line()}"),
            b"q": lambda: self._memoize(reader.unsigned(1)),
            b"r": lambda: self._memoize(reader.unsigned(4)),
            b"h": lambda: self._push(self._memo[reader.unsigned(1)]),
            b"j": lambda: self._push(self._memo[reader.unsigned(4)]),
            b"(": lambda: self._push(_MARK),
            b")": lambda: self._push(()),
            b"}": lambda: self._push({}),
            b"t": lambda: self._push(tuple(self._pop_to_mark())),
            b"\x85": lambda: self._push(self._pop_many(1)),
            b"\x86": lambda: self._push(self._pop_many(2)),
            b"\x87": lambda: self._push(self._pop_many(3)),
            b"X": lambda: self._push(reader.text()),
            b"J": lambda: self._push(reader.signed()),
            b"K": lambda: self._push(reader.unsigned(1)),
            b"M": lambda: self._push(reader.unsigned(2)),
            b"\x88": lambda: self._push(True),
            b"\x89": lambda: self._push(False),
            b"Q": self._storage,
            b"R": self._reduce,
            b"s": lambda: self._set_items(list(self._pop_many(2))),
            b"u": lambda: self._set_items(self._pop_to_mark()),
            b"b": self._build,
        }

    def run(self) -> object:
        """Run the pickle; returns what it builds."""
        while (code := self._reader.read(1)) != _STOP:
            instruction = self._instructions.get(code)
            if instruction is None:
                raise ArchiveError(f"it uses the pickle instruction 0x{code.hex()}, which no policy needs")
            instruction()
        if not self._reader.is_at_end or len(self._stack) != 1:
            raise ArchiveError("its description continues after its end")
        return self._pop()

    def _pop(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise ArchiveError("its description is invalid")
        return self._stack.pop()

    def _pop_many(self, count: int) -> tuple[Any, ...]:
        return tuple(self._pop() for _ in range(count))[::-1]

    def _pop_to_mark(self) -> list[Any]:
        items = []
        while self._stack[-1] is not _MARK:
            items.append(self._stack.pop())
        self._stack.pop()
        return items[::-1]

    def _memoize(self, index: int) -> None:
        value = self._pop()
        self._memo[index] = value
        self._stack.append(value)

    def _name(self, name: str) -> None:
        try:
            self._push(_Name(name))
        except ValueError:
            raise ArchiveError(_describe_unknown(name)) from None

    def _storage(self) -> None:
        """A reference to a storage: ("storage", FloatStorage, key, device, number of elements)."""
        tag, kind, key, device, size = self._pop()
        if tag != "storage" or kind is not _Name.FLOAT_STORAGE:
            raise ArchiveError("it contains numbers other than float32")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or not isinstance(device, str):
            raise ArchiveError("its description is invalid")
        if type(size) is not int or size < 1:
            raise ArchiveError("it has a storage without a size")
        self._push(_Storage(key, size))

    def _reduce(self) -> None:
        callee, arguments = self._pop_many(2)
        if callee is _Name.ORDERED_DICT and arguments == ():
            self._push({})
        elif callee is _Name.REBUILD_TENSOR and isinstance(arguments, tuple) and len(arguments) == 6:
            self._push(_tensor(*arguments))
        else:
            raise ArchiveError("it calls a function, which no policy needs")

    def _set_items(self, items: list[Any]) -> None:
        table = self._stack[-1]  # It stays there.
        if type(table) is not dict or len(items) % 2:
            raise ArchiveError("its description is invalid")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if type(key) is not str or key in table:
                raise ArchiveError("it has a duplicate name, or one that is not a string")
            table[key] = value

    def _build(self) -> None:
        """Drop `_metadata`, the version numbers of modules, which torch attaches to the dict."""
        target, state = self._pop_many(2)
        if type(target) is not dict or type(state) is not dict or state.keys() != {"_metadata"}:
            raise ArchiveError("it sets attributes, which no policy needs")
        self._push(target)


def _describe_unknown(name: str) -> str:
    other_storage = _STORAGE.fullmatch(name)
    if other_storage is not None:
        kind = _DTYPES.get(other_storage[1], other_storage[1])
        return f"its weights are {kind}, not float32. Call model.policy.float() before saving the model"
    return f"it names {ascii(name)[:60]}, which no policy needs"


def _tensor(
    storage: object, offset: object, shape: object, strides: object, has_gradient: object, hooks: object
) -> TensorSpec:
    """A tensor that covers its whole storage in C order, as the tensors of a saved policy do."""
    if not isinstance(storage, _Storage) or offset != 0 or type(has_gradient) is not bool or hooks != {}:
        raise ArchiveError("it has a tensor of an unusual kind")
    if not isinstance(shape, tuple) or len(shape) > MAX_DIMENSIONS or not all(_is_length(n) for n in shape):
        raise ArchiveError("it has a tensor of an impossible shape")
    expected, size = [], 1
    for length in reversed(shape):
        expected.append(size)
        size *= length
    if size != storage.num_elements or strides != tuple(reversed(expected)):
        raise ArchiveError("it has a tensor that does not fit its storage")
    return TensorSpec(storage.key, shape)


def _is_length(value: object) -> bool:
    return type(value) is int and 1 <= value <= 65_536
