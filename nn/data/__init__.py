"""Data for training: read it, describe it, split it, scale it, and hand it out in batches.

Everything here works on plain NumPy arrays.
"""

from nn.data.dataset import Dataset
from nn.data.digits import load_digits
from nn.data.errors import DataError
from nn.data.examples import Inputs, read_examples
from nn.data.loader import BatchLoader
from nn.data.readers import read
from nn.data.scaling import Standardizer
from nn.data.split import train_validation_test_split

__all__ = [
    "BatchLoader",
    "DataError",
    "Dataset",
    "Inputs",
    "Standardizer",
    "load_digits",
    "read",
    "read_examples",
    "train_validation_test_split",
]
