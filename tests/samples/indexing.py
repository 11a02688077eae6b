"""Samples of reading and writing by index."""

import operator

import numpy as np

from autograd import Tensor
from autograd.ops import assignment, indexing, updates
from sampling import MASK, real, row


def read(domain, index):
    return row(indexing.getitem, domain, index).but(reference=operator.getitem)


def add_into_zeros(a, shape, index):
    result = np.zeros(shape, a.dtype)
    np.add.at(result, index, a)
    return result


def written(a, values, index):
    result = a.copy()
    result[index] = values
    return result


def updated_one_by_one(a, values, index, update):
    result = a.copy()
    places = np.arange(a.size).reshape(a.shape)[index]
    for place, value in zip(places.reshape(-1), np.broadcast_to(values, places.shape).reshape(-1), strict=True):
        result.reshape(-1)[place] = update(result.reshape(-1)[place], value)
    return result


def added(a, values, index):
    return updated_one_by_one(a, values, index, operator.add)


def subtracted(a, values, index):
    return updated_one_by_one(a, values, index, operator.sub)


INDEXING = [
    read(real(3, 4), 1),
    read(real(3, 4), (-1, 2)),
    read(real(3, 4), slice(None, None, -2)),
    read(real(3, 4), np.s_[1:, ::2]),
    read(real(3, 4), np.s_[..., None, 1]),
    read(real(3), None),
    read(real(), ...),
    read(real(), ()),
    read(real(3, 4), [2, 0, 2]),
    read(real(3, 4), np.array([[0, 1], [1, 1]])),
    read(real(3, 4), (np.array([0, 1, 0]), np.array([-1, 2, -1]))),
    read(real(3, 4), np.s_[:, [0, 3, 3]]),
    read(real(2, 3, 4), np.s_[[1, 1], :, [0, 0]]),
    read(real(2, 3, 4), np.s_[..., [0, 2], 1:3]),
    read(real(2, 3), MASK),
    read(real(2, 3, 4), (MASK, slice(1, 3))),
    read(real(3, 4), np.s_[[True, False, True], 1]),
    read(real(3, 4), np.array([], int)),
    read(real(3, 4), []),
    read(real(3, 4), np.s_[:, []]),
    read(real(3, 4), np.int64(-1)),
    read(real(3, 4), (np.uint8(1), slice(None, None, 3))),
    read(real(3, 4), np.array(2)),
    read(real(3, 4), np.s_[np.array(1), ::-1]),
    read(real(3, 4), True),
    read(real(3, 4), np.False_),
    read(real(3, 4), (np.array(True), 1)),
    read(real(), True),
    read(real(3, 4), np.s_[None, 1:, None, [3, 3]]),
    read(real(3, 4), np.s_[[0, 2], None, ::-2]),
    read(real(2, 3, 4), np.s_[[[0], [1]], [[2, 2]], -1:]),
    read(real(2, 3, 4), np.s_[[0, 1, 1], ..., 2]),
    read(real(2, 3, 4), np.s_[1, :, [3, 0]]),
    read(real(2, 3, 4), np.s_[:, MASK[:, 0].nonzero()[0], None, :2]),
    read(real(2, 3, 4), np.s_[:, [True, False, True], [1, 1]]),
    read(real(2, 3, 2), np.arange(12).reshape(2, 3, 2) % 5 == 0),
    read(real(2, 3), np.zeros((2, 3), bool)),
    read(real(2, 3), np.ix_([1, 0], [2, 2])),
    read(real(0, 3), np.s_[::-1, 1]),
    row(Tensor.__getitem__, real(3, 4), np.s_[1:, [0, 0]]).but(reference=operator.getitem),
    row(Tensor.__getitem__, real(3, 4), (Tensor([0, 0]), Tensor(1))).but(reference=operator.getitem),
    row(Tensor.__getitem__, real(2, 3), Tensor(MASK)).but(reference=operator.getitem),
    row(Tensor.__getitem__, real(4), slice(Tensor(1), Tensor(3))).but(reference=operator.getitem),
    row(indexing.scatter_add, real(3), (5,), np.array([4, 0, 4])).but(reference=add_into_zeros),
    row(indexing.scatter_add, real(2, 4), (3, 4), np.s_[1:]).but(reference=add_into_zeros),
    row(assignment.set_at, real(3, 4), real(4), 1).but(reference=written),
    row(assignment.set_at, real(3, 4), real(3, 2), np.s_[:, 1:3]).but(reference=written),
    row(assignment.set_at, real(3, 4), real(1, 2, 1), np.s_[[0, 2]]).but(reference=written),
    row(assignment.set_at, real(4), real(3), [0, 0, 2]).but(reference=written),
    row(assignment.set_at, real(3, 4), real(), np.s_[::-1, [1, 3]]).but(reference=written),
    row(assignment.set_at, real(2, 3), real(3), MASK).but(reference=written),
    row(assignment.set_at, real(3), 0.0, ...).but(reference=written),
    row(updates.add_at, real(3), real(4), [0, 2, 0, 0]).but(reference=added),
    row(updates.add_at, real(3, 4), real(2), np.s_[[1, 1, 0], 1::2]).but(reference=added),
    row(updates.add_at, real(2, 3), real(), MASK).but(reference=added),
    row(updates.subtract_at, real(3), real(4), [0, 2, 0, 0]).but(reference=subtracted),
    row(updates.subtract_at, real(3, 4), real(3, 1), np.s_[:, -1:]).but(reference=subtracted),
]

TABLE = [*INDEXING]
