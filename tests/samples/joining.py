"""Samples of functions that join arrays, pad one, or split one."""

import numpy as np

from autograd import Tensor
from autograd.ops import joining, padding
from sampling import real, row, spaced


def concatenated(*arrays, axis, stops):
    return np.concatenate(arrays, axis)


def piled(*arrays, axis):
    return np.stack(arrays, axis)


JOINING = [
    row(joining.join, real(2, 3), real(1, 3), axis=0, stops=(0, 2, 3)).but(reference=concatenated),
    row(np.concatenate, [real(2, 3), real(1, 3)]),
    row(np.concatenate, [real(2, 3), real(2, 1), real(2, 2)], axis=-1),
    row(np.concatenate, [real(2, 3), real(2), real()], axis=None),
    row(np.concatenate, [real(2, 3), np.ones((2, 3)), real(0, 3)]),
    row(np.concatenate, [real(2), real(3)], dtype=np.complex128).but(analytic=False),
    row(np.concat, (real(2, 3), real(2, 3)), axis=1),
    row(np.append, real(2, 3), real(2)),
    row(np.append, real(2, 3), real(1, 3), axis=0),
    row(np.append, [1.0, 2.0], real()),
    row(joining.pile, real(2, 3), real(2, 3), axis=1).but(reference=piled),
    row(np.stack, [real(2, 3), real(2, 3)]),
    row(np.stack, [real(2, 3), real(2, 3), real(2, 3)], axis=-1),
    row(np.stack, [real(2, 3), np.ones((2, 3)), real(2, 3)], axis=-2),
    row(np.stack, [real(), real()]),
    row(np.stack, [real(2), real(2)], axis=1, dtype=np.complex128).but(analytic=False),
    row(np.vstack, [real(3), real(2, 3)]),
    row(np.hstack, [real(2), real(3)]),
    row(np.hstack, [real(2, 1), real(2, 3)]),
    row(np.hstack, [real(), real(2)]),
    row(np.dstack, [real(3), real(1, 3)]),
    row(np.dstack, [real(2, 3, 1), real(2, 3, 2), real(2, 3)]),
    row(np.column_stack, [real(3), real(3, 2)]),
    row(np.block, [[real(2, 2), real(2, 1)], [real(1, 3)]]),
    row(np.block, [real(2), 1.5, real(3)]),
    row(np.block, [[[real(2)], [real(2)]], [[real(2)], [np.zeros(2)]]]),
    row(np.block, [[real(1, 2, 2)], [real(3, 2)]]),
    row(np.block, real(2)),
    row(np.insert, real(4), 1, real()),
    row(np.insert, real(4), -1, real(2)),
    row(np.insert, real(4), [3, 0, 3], real(3)),
    row(np.insert, real(2, 3), 1, real(2), axis=1),
    row(np.insert, real(2, 3), 1, real(3), axis=0),
    row(np.insert, real(2, 3), [1], real(2, 2), axis=-1),
    row(np.insert, real(2, 3), [0, 2], real(2, 1), axis=1),
    row(np.insert, real(2, 3), slice(None, None, 2), real(), axis=1),
    row(np.insert, real(2, 3), 6, real(2)),
    row(np.insert, np.zeros((2, 3)), 2, real(2, 1), axis=1).but(analytic=False),
    row(np.insert, real(2, 3), [], 1.0, axis=1),
]

if np.lib.NumpyVersion(np.__version__) >= "2.3.0":  # before, a mask was numbers
    JOINING += [row(np.insert, real(2, 3), np.array([True, False, True]), real(2), axis=1)]

LENGTHS = [(1, 2), (3, 1)]

PADDING = [
    row(padding.pad_constant, real(2, 3), ((1, 0), (0, 2))).but(reference=np.pad),
    row(padding.pad_constant, real(2, 3), 1, constant_values=2.0).but(reference=np.pad),
    row(np.pad, real(2, 3), 1),
    row(np.pad, real(2, 3), (1, 2), constant_values=-1.0),
    row(np.pad, real(2, 3), ((1, 0), (2, 1)), mode="constant"),
    row(np.pad, real(2, 3), ((1, 2), (0, 1)), mode="edge"),
    row(np.pad, real(2, 3), 1, mode="reflect"),
    row(np.pad, real(4), 3, mode="symmetric"),
    row(np.pad, real(2, 3), ((0, 0), (4, 2)), mode="wrap"),
    row(np.pad, real(3, 4), ((2, 1), (0, 3)), "reflect", reflect_type="odd"),
    row(np.pad, real(3), (8, 5), "reflect", reflect_type="odd"),
    row(np.pad, real(3, 2), ((3, 1), (2, 2)), "symmetric", reflect_type="odd"),
    row(np.pad, real(2), (7, 5), "symmetric", reflect_type="odd"),
    row(np.pad, real(1, 2), ((2, 1), (0, 1)), "reflect", reflect_type="odd"),
    row(np.pad, real(2, 3), ((1, 2), (3, 0)), "linear_ramp", end_values=0.5),
    row(np.pad, real(2, 3), 2, "linear_ramp"),
    row(np.pad, real(4), (2, 3), "mean", stat_length=LENGTHS[0]),
    row(np.pad, real(2, 3), ((1, 2), (2, 1)), "mean"),
    row(np.pad, spaced(2, 3), 1, "maximum").but(analytic=False),
    row(np.pad, spaced(2, 4), ((1, 2), (0, 1)), "maximum", stat_length=LENGTHS).but(analytic=False),
    row(np.pad, spaced(2, 4), ((0, 2), (2, 0)), "minimum", stat_length=2).but(analytic=False),
    row(np.pad, spaced(2, 3), ((0, 0), (1, 2)), "median").but(analytic=False),
]


def padded_by(array, *values, mode="constant", widths=((1, 2), (2, 0))):
    """Pad by values, all the same or one for each of the four margins."""
    if any(isinstance(value, Tensor) for value in values) and not isinstance(array, Tensor):
        array = Tensor(array)  # NumPy hands over a call of np.pad for the sake of its first argument alone
    option = {"constant": "constant_values", "linear_ramp": "end_values"}[mode]
    given = values[0] if len(values) == 1 else [list(values[:2]), list(values[2:])]
    return np.pad(array, widths, mode, **{option: given})


PADDING_BY_VALUES = [
    row(padded_by, real(2, 3), real()),
    row(padded_by, real(2, 3), real(), real(), 2.0, real()),
    row(padded_by, real(2, 3), real(2, 1)),
    row(padded_by, real(2, 3), real(), mode="linear_ramp"),
    row(padded_by, real(2, 3), real(), real(), real(), real(), mode="linear_ramp"),
]

SPLITTING = [
    row(np.split, real(6), 3),
    row(np.split, real(2, 6), [1, 3], axis=-1),
    row(np.split, real(5), [3, 1, -1, 9]),
    row(np.array_split, real(5, 2), 3),
    row(np.array_split, real(2, 5), 2, axis=1),
    row(np.array_split, real(2), 3),
    row(np.vsplit, real(4, 2), 2),
    row(np.hsplit, real(4), [1]),
    row(np.hsplit, real(2, 4), 2),
    row(np.dsplit, real(2, 1, 3), [1, 2]),
]
if hasattr(np, "unstack"):  # from NumPy 2.1 on
    SPLITTING += [row(np.unstack, real(2, 3)), row(np.unstack, real(2, 3), axis=-1)]

TABLE = [*JOINING, *PADDING, *PADDING_BY_VALUES, *SPLITTING]
