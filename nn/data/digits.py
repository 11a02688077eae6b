"""The handwritten digits that come with the package."""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from nn.data.dataset import Dataset


def load_digits() -> Dataset:
    """Load 1,797 handwritten digits, images of 8 x 8 pixels from 0 (blank) to 16 (full).

    Returns
    -------
    Dataset
        ``x`` has shape (1797, 64), float32, unscaled; ``feature_shape`` is (8, 8); the
        classes are the digits.

    Notes
    -----
    The test set of Alpaydin, E. and Kaynak, C. (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0. Its 13 writers are none of those
    who wrote the training set, which is not included.

    Examples
    --------
    >>> print(load_digits().describe())
    digits: 1797 examples, 64 features (8 x 8), 10 classes
    values: float32, from 0 to 16
    examples a class: 0 178, 1 182, 2 177, 3 183, 4 181, 5 182, 6 181, 7 179, 8 174, 9 180
    source: UCI Optical Recognition of Handwritten Digits (test set)
    """
    archive = files("nn.data") / "digits" / "digits.npz"
    with archive.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        return Dataset.from_arrays(
            arrays["x"],
            arrays["y"],
            name="digits",
            source="UCI Optical Recognition of Handwritten Digits (test set)",
        )
