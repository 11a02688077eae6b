"""Cut a data set into a training, a validation and a test part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nn.data.dataset import Dataset
from nn.data.errors import DataError


def train_validation_test_split(
    dataset: Dataset,
    validation: float = 0.15,
    test: float = 0.15,
    *,
    rng: np.random.Generator | int,
) -> tuple[Dataset, Dataset, Dataset]:
    """Shuffle the examples and deal each to exactly one of three parts, class by class in proportion.

    Parameters
    ----------
    dataset : Dataset
        m examples.
    validation, test : float
        Fractions of the examples; the parts get ``round(fraction * m)``, and training the rest.
    rng : numpy.random.Generator or int
        Where the shuffling comes from, or its seed. The same seed gives the same parts.

    Returns
    -------
    train, validation, test : Dataset
        Each in random order, each with every class name, even of a class too rare to be in that part.

    Raises
    ------
    DataError
        If a fraction is not between 0 and 1, the two leave nothing for training, or a part would be empty.

    Notes
    -----
    The split is stratified: of each class, a part gets its fraction, up to rounding. The k-th of the c
    shuffled examples of a class, counted from 0, stands at ``(k + 1/2) / c`` between 0 and 1. In the order of
    these places every stretch holds the classes in proportion, so the parts are three stretches: validation,
    test, training. The only example of a class stands at 1/2: in training, where that gets more than half.

    Examples
    --------
    >>> data = Dataset.from_arrays(np.arange(20.0).reshape(20, 1), [0, 1] * 10)
    >>> [len(part) for part in train_validation_test_split(data, validation=0.2, test=0.2, rng=0)]
    [12, 4, 4]
    """
    n_validation, n_test = _sizes(len(dataset), validation, test)
    generator = np.random.default_rng(rng)
    order = _interleaved(dataset.y, generator)
    cuts = [n_validation, n_validation + n_test]
    parts = [dataset.take(generator.permutation(rows)) for rows in np.split(order, cuts)]
    return parts[2], parts[0], parts[1]


def _sizes(m: int, validation: float, test: float) -> tuple[int, int]:
    if not (0 < validation < 1 and 0 < test < 1 and validation + test < 1):
        raise DataError(
            f"train_validation_test_split: fractions validation={validation} and test={test} do not fit; "
            "give two positive numbers with a sum below 1"
        )
    n_validation, n_test = round(m * validation), round(m * test)
    sizes = {"training": m - n_validation - n_test, "validation": n_validation, "test": n_test}
    for part, size in sizes.items():
        if size <= 0:
            raise DataError(
                f"train_validation_test_split: the {part} part of {m} examples would be empty with "
                f"validation={validation} and test={test}; change the fractions or give more examples"
            )
    return n_validation, n_test


def _interleaved(y: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.intp]:
    order = rng.permutation(len(y))
    place = np.empty(len(y))
    for label in np.unique(y):
        members = np.flatnonzero(y[order] == label)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    # A stable sort leaves equal places in the permutation's order, so ties favour no class.
    return order[np.argsort(place, kind="stable")]
