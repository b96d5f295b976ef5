import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.storage.malicious_archives import Member, craft_zip, plain_zip, unzip
from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.npz import read_npz, write_npz

KINDS = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="="),
    hnp.unsigned_integer_dtypes(endianness="="),
    hnp.floating_dtypes(endianness="=", sizes=(16, 32, 64)),
)
ARRAYS = hnp.arrays(KINDS, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6))


@settings(max_examples=60, deadline=None)
@given(array=ARRAYS, compress=st.booleans(), transpose=st.booleans())
def test_arrays_round_trip(array, compress, transpose):
    array = array.T if transpose else array
    loaded = read_npz(write_npz({"a": array}, compress=compress), 10**6)["a"]
    assert loaded.dtype == array.dtype
    np.testing.assert_array_equal(loaded, array)
    assert loaded.flags.c_contiguous
    assert loaded.flags.writeable


def test_numpy_files_are_read():
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{"games.boards": np.arange(6).reshape(2, 3), "n": np.float64(3)})
    loaded = read_npz(buffer.getvalue(), 10**6)
    assert loaded["games.boards"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert loaded["n"] == 3.0


@pytest.mark.parametrize("array", [np.array(["text"]), np.array([{}]), np.array([1j]), np.zeros(1, "i4,f4")])
def test_only_numbers_are_written(array):
    with pytest.raises(ValueError, match="cannot be saved"):
        write_npz({"a": array})


def _npy(header: bytes, data: bytes = bytes(8)) -> bytes:
    """An array file with this header, in a valid zip."""
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return plain_zip({"a.npy": b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + data})


def _header(descr="<f4", order="False", shape="(2,)") -> bytes:
    return f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".encode()


def test_attacks_start_from_accepted_file():
    assert read_npz(_npy(_header()), 1_500)["a"].tolist() == [0, 0]


@pytest.mark.parametrize(
    "attack",
    {
        "objects": _npy(_header("|O")),
        "strings": _npy(_header("<U2")),
        "dates": _npy(_header("<M8")),
        "long doubles": _npy(_header("<f16", shape="(0,)"), b""),
        "a structure": _npy(b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
        "a terabyte": _npy(_header(shape="(274877906944,)")),
        "a huge product of lengths": _npy(_header(shape="(999999999, 999999999, 999999999)")),
        "zero times a huge length": _npy(_header(shape="(0, 999999999, 999999999)")),
        "a negative length": _npy(_header(shape="(-2,)")),
        "no shape": _npy(_header(shape="None")),
        "an expression": _npy(_header(shape="(__import__('os').getpid(),)")),
        "deep brackets": _npy(b"(" * 9_000),
        "nine dimensions": _npy(_header(shape="(1, 1, 1, 1, 1, 1, 1, 1, 2)")),
        "too short": _npy(_header(), bytes(7)),
        "too long": _npy(_header(), bytes(9)),
        "another version": _npy(_header()).replace(b"NUMPY\1", b"NUMPY\2"),
        "a header with a wrong length": _npy(_header() + b"x"),
        "empty": plain_zip({"a.npy": b""}),
        "a member that is not an array": plain_zip({"a.txt": b""}),
        "a path": plain_zip({"../a.npy": unzip(write_npz({"a": np.zeros(1)}))["a.npy"]}),
        "a duplicate array": craft_zip([Member(b"a.npy", unzip(write_npz({"a": np.zeros(1)}))["a.npy"])] * 2),
        "a pickle": b"\x80\x04N.",
        "300 arrays": write_npz({f"a{i}": np.zeros(1) for i in range(300)}),
        "over the limit": write_npz({"a": np.zeros(200)}),
        "over the limit in total": write_npz({f"a{i}": np.zeros(100) for i in range(2)}),
        "over the limit, compressed": write_npz({"a": np.zeros(10**6)}, compress=True),
    }.items(),
    ids=lambda item: item[0],
)
def test_malicious_file_is_refused(attack):
    with pytest.raises(ArchiveError) as caught:
        read_npz(attack[1], 1_500)
    assert str(caught.value).isprintable()
