"""Train a classifier, measure it, save it, and show how it went.

`fit` and `evaluate` work on any model and arrays. The other modules are what ``chainrule train`` is made of:
`checkpoint` (weights), `run` (the folder of a training), `plots` and `report` (what it looks like).
"""

from nn.training.architecture import Architecture
from nn.training.checkpoint import load_weights, save_weights
from nn.training.evaluate import Evaluation, evaluate, probabilities
from nn.training.fit import fit
from nn.training.history import Epoch, History
from nn.training.run import Run, load_run

__all__ = [
    "Architecture",
    "Epoch",
    "Evaluation",
    "History",
    "Run",
    "evaluate",
    "fit",
    "load_run",
    "load_weights",
    "probabilities",
    "save_weights",
]
