"""Forward passes of small ReLU networks in single precision, computed in registers.

A network is one flat float32 array. Its hidden layers hold their weights as (inputs, outputs), with the
outputs padded to whole blocks of units, then their biases; the last layer holds one weight per input, then
its bias. All padding is zero. `layer_table` says where each layer starts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from tetris_arcade.engine.jit import inlined, kernel

_LANES, _VECTORS, BLOCK_ROWS = 8, 2, 6
BLOCK_UNITS = _LANES * _VECTORS
"""A block is 6 rows by 16 units: its 12 sums, two vectors of weights and one input fit in 16 registers."""
_CHUNK_ROWS = 48
"""Rows that pass through all layers together, so that their activations stay in the first-level cache."""

INPUTS, OUTPUTS, WIDTH, WEIGHT, BIAS = range(5)
"""Columns of a layer table: inputs, outputs, outputs with padding, and where weights and biases start. The
last layer has one output; its WIDTH is the number of its inputs with padding."""
ROW_WIDTH = 32
"""Numbers per input row, the features and zeros. Arrays of rows need room for `BLOCK_ROWS` rows more."""

_VECTOR = ir.VectorType(ir.FloatType(), _LANES)
_INT64 = ir.IntType(64)
_INT32 = ir.IntType(32)


def _round_up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple


def layer_table(sizes: Sequence[int]) -> tuple[NDArray[np.int64], int]:
    """Lay out a network of `sizes` units, from its inputs to its single output.

    Returns the (layers, 5) int64 table and the length of the flat array, a multiple of 16.
    """
    rows, at = [], 0
    for inputs, outputs in itertools.pairwise(sizes[:-1]):
        width = _round_up(outputs, BLOCK_UNITS)
        rows.append((inputs, outputs, width, at, at + inputs * width))
        at += (inputs + 1) * width
    width = _round_up(sizes[-2], BLOCK_UNITS)
    rows.append((sizes[-2], 1, width, at, at + width))
    return np.array(rows, np.int64), at + width + BLOCK_UNITS


def pack_layers(
    layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Lay out each layer's (weight (outputs, inputs), bias (outputs,)), as torch stores them.

    Returns the layer table and the flat float32 array.
    """
    table, length = layer_table([layers[0][0].shape[1], *(weight.shape[0] for weight, _ in layers)])
    params = np.zeros(length, np.float32)
    for index, (weight, bias) in enumerate(layers):
        inputs, outputs, width, weight_at, bias_at = table[index]
        params[bias_at : bias_at + outputs] = bias
        if index == len(layers) - 1:
            params[weight_at : weight_at + inputs] = weight[0]
        else:
            params[weight_at:bias_at].reshape(inputs, width)[:, :outputs] = weight.T
    return table, params


def widest_layer(layers: NDArray[np.int64]) -> int:
    """The largest number of units of a layer, with padding, inputs included."""
    return max(ROW_WIDTH, int(layers[:, WIDTH].max()))


def new_activations(layers: NDArray[np.int64], rows: int = _CHUNK_ROWS) -> NDArray[np.float32]:
    """Allocate working memory, (hidden layers, rows * widest) float32, for `rows` rows at a time."""
    return np.zeros((max(len(layers) - 1, 1), (rows + BLOCK_ROWS) * widest_layer(layers)), np.float32)


# --- In registers ---


class _Code:
    """Emits the machine instructions of one block."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        self.context, self.builder = context, builder
        self.types, self.arguments = signature.args, arguments
        name = f"llvm.fmuladd.v{_LANES}f32"
        self._multiply_add = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]  # numba's
            builder.module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), name
        )

    def pointer(self, index: int) -> Any:
        """The address of element `arguments[index + 1]` of the array `arguments[index]`."""
        array = self.context.make_array(self.types[index])(self.context, self.builder, self.arguments[index])
        return self.builder.gep(array.data, [self.arguments[index + 1]])

    def step(self, pointer: Any, count: Any, stride: Any = 1) -> Any:
        """The address `count * stride` numbers after `pointer`."""
        offset = self.builder.mul(_number(count), _number(stride))
        return self.builder.gep(pointer, [offset])

    def load(self, pointer: Any) -> Any:
        vector = self.builder.load(self.builder.bitcast(pointer, _VECTOR.as_pointer()))
        vector.align = 4
        return vector

    def store(self, vector: Any, pointer: Any) -> None:
        stored = self.builder.store(vector, self.builder.bitcast(pointer, _VECTOR.as_pointer()))
        stored.align = 4

    def broadcast(self, number: Any) -> Any:
        undefined = ir.Constant(_VECTOR, ir.Undefined)
        first = self.builder.insert_element(undefined, number, ir.Constant(_INT32, 0))
        return self.builder.shuffle_vector(first, undefined, _lanes([0] * _LANES))

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        return self.builder.call(self._multiply_add, [a, b, c])

    def positive(self, vector: Any) -> Any:
        """Replace negative numbers by 0; what is not a number stays, so that it is noticed in the loss."""
        zero = ir.Constant(_VECTOR, [0.0] * _LANES)
        return self.builder.select(self.builder.fcmp_ordered("<", vector, zero), zero, vector)

    def sum(self, vector: Any) -> Any:
        """The sum of the lanes: halves are added until one is left."""
        distance = _LANES // 2
        while distance:
            moved = [(lane + distance) % _LANES for lane in range(_LANES)]
            shifted = self.builder.shuffle_vector(vector, ir.Constant(_VECTOR, ir.Undefined), _lanes(moved))
            vector, distance = self.builder.fadd(vector, shifted), distance // 2
        return self.builder.extract_element(vector, ir.Constant(_INT32, 0))

    def accumulate(self, count: Any, increment: int, start: list[Any], body: Any) -> list[Any]:
        """Loop over k = 0, increment, ... below `count` (at least once); `body(k, sums)` returns new sums."""
        entry = self.builder.block
        loop, done = self.builder.append_basic_block("loop"), self.builder.append_basic_block("done")
        self.builder.branch(loop)
        self.builder.position_at_end(loop)
        k = self.builder.phi(_INT64)
        k.add_incoming(_number(0), entry)
        sums = [self.builder.phi(_VECTOR) for _ in start]
        for variable, value in zip(sums, start, strict=True):
            variable.add_incoming(value, entry)
        new = body(k, sums)
        following = self.builder.add(k, _number(increment))
        k.add_incoming(following, loop)
        for variable, value in zip(sums, new, strict=True):
            variable.add_incoming(value, loop)
        self.builder.cbranch(self.builder.icmp_signed("<", following, count), loop, done)
        self.builder.position_at_end(done)
        return list(new)


def _number(value: Any) -> Any:
    return ir.Constant(_INT64, value) if isinstance(value, int) else value


def _lanes(indices: list[int]) -> Any:
    return ir.Constant(ir.VectorType(_INT32, _LANES), indices)


def _make_block(is_relu: bool) -> Any:
    @intrinsic
    def block(
        _context: Any,
        a: Any,
        a_at: Any,
        a_row: Any,
        a_k: Any,
        b: Any,
        b_at: Any,
        b_k: Any,
        count: Any,
        bias: Any,
        bias_at: Any,
        c: Any,
        c_at: Any,
        c_row: Any,
    ) -> Any:
        """c[r, u] = bias[u] + sum over k < count of a[r, k] * b[k, u], for 6 rows r and 16 units u.

        `*_at` are the first elements in the arrays' memory, `*_row` and `*_k` the distances from one row and
        from one k to the next.
        """
        i = types.int64

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            code = _Code(context, builder, signature, arguments)
            a_row, a_k, b_k, count, c_row = (arguments[index] for index in (2, 3, 6, 7, 12))
            rows = [code.step(code.pointer(0), r, a_row) for r in range(BLOCK_ROWS)]
            weights, biases, target = code.pointer(4), code.pointer(8), code.pointer(10)

            def add(k: Any, sums: list[Any]) -> list[Any]:
                units = [code.step(code.step(weights, k, b_k), v, _LANES) for v in range(_VECTORS)]
                loaded = [code.load(unit) for unit in units]
                numbers = [code.broadcast(builder.load(code.step(row, k, a_k))) for row in rows]
                return [
                    code.multiply_add(numbers[index // _VECTORS], loaded[index % _VECTORS], total)
                    for index, total in enumerate(sums)
                ]

            start = [code.load(code.step(biases, v, _LANES)) for v in range(_VECTORS)]
            sums = code.accumulate(count, 1, start * BLOCK_ROWS, add)
            for index, vector in enumerate(sums):
                r, v = divmod(index, _VECTORS)
                cell = code.step(code.step(target, r, c_row), v, _LANES)
                code.store(code.positive(vector) if is_relu else vector, cell)
            return context.get_dummy_value()

        return types.void(a, i, i, i, b, i, i, i, bias, i, c, i, i), generate

    return block


dense_block: Any = _make_block(is_relu=False)
dense_relu_block: Any = _make_block(is_relu=True)
"""As `dense_block`, with negative results replaced by 0."""


@intrinsic
def _dot(_context: Any, a: Any, a_at: Any, b: Any, b_at: Any, count: Any) -> Any:
    i = types.int64

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        code = _Code(context, builder, signature, arguments)
        first, second = code.pointer(0), code.pointer(2)

        def add(k: Any, sums: list[Any]) -> list[Any]:
            at = [builder.add(k, _number(v * _LANES)) for v in range(_VECTORS)]
            return [
                code.multiply_add(code.load(code.step(first, i)), code.load(code.step(second, i)), total)
                for i, total in zip(at, sums, strict=True)
            ]

        zero = ir.Constant(_VECTOR, [0.0] * _LANES)
        sums = code.accumulate(arguments[4], BLOCK_UNITS, [zero] * _VECTORS, add)
        return code.sum(builder.fadd(sums[0], sums[1]))

    return types.float32(a, i, b, i, i), generate


dot: Any = _dot
"""`dot(a, a_at, b, b_at, count)`: sum of the products of `count` float32 numbers, a multiple of 16."""


# --- Layers ---


@inlined
def forward_hidden(params: Any, layers: Any, rows: Any, first: int, count: int, activations: Any) -> None:
    """Compute the hidden layers of the input rows first..first+count-1 into `activations`."""
    for layer in range(layers.shape[0] - 1):
        inputs, width = layers[layer, INPUTS], layers[layer, WIDTH]
        weight, bias = layers[layer, WEIGHT], layers[layer, BIAS]
        at = layer * activations.shape[1]
        source, start, stride = rows, first * ROW_WIDTH, ROW_WIDTH
        if layer > 0:
            source, start, stride = activations, at - activations.shape[1], layers[layer - 1, WIDTH]
        for unit in range(0, width, BLOCK_UNITS):
            for row in range(0, count, BLOCK_ROWS):
                dense_relu_block(
                    source, start + row * stride, stride, 1,
                    params, weight + unit, width, inputs,
                    params, bias + unit,
                    activations, at + row * width + unit, width,
                )  # fmt: skip


@inlined
def output_value(params: Any, layers: Any, rows: Any, first: int, row: int, activations: Any) -> Any:
    """The network's output for input row first + row, after `forward_hidden` from `first` on."""
    last = layers.shape[0] - 1
    width, weight, bias = layers[last, WIDTH], layers[last, WEIGHT], layers[last, BIAS]
    if last == 0:
        return dot(rows, (first + row) * ROW_WIDTH, params, weight, width) + params[bias]
    at = (last - 1) * activations.shape[1] + row * width
    return dot(activations, at, params, weight, width) + params[bias]


@kernel
def value_rows(params: Any, layers: Any, rows: Any, count: int, activations: Any, values: Any) -> None:
    """Write the network's outputs for the first `count` of (M, 32) float32 `rows` into `values`.

    params, layers: see the module. activations: see `new_activations`. A row's value does not depend on the
    rows around it.
    """
    for first in range(0, count, _CHUNK_ROWS):
        chunk = min(_CHUNK_ROWS, count - first)
        forward_hidden(params, layers, rows, first, chunk, activations)
        for row in range(chunk):
            values[first + row] = output_value(params, layers, rows, first, row, activations)
