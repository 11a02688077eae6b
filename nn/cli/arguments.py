"""The command line: what can be asked, and what a wrong question is told."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import autograd
from nn.cli import check, predict, train
from nn.cli.failure import Failure
from nn.training.architecture import ACTIVATIONS

_EPILOG = """\
exit codes:
  0    all is well
  1    a gradient is wrong
  2    wrong usage, or data, a run or a folder that cannot be used
  3    the training diverged: a loss or a gradient was not finite
  130  interrupted
  141  nobody reads the output
"""

_EXAMPLES = """\
examples:
  chainrule train                                       the digits that come with the package
  chainrule train --hidden 128 --activation tanh --seed 7
  chainrule train --data iris.csv --target species --out runs/iris
  chainrule predict runs/iris new.csv --out predictions.csv
  chainrule check runs/digits-001
"""

_TRAIN_EXAMPLES = """\
examples:
  chainrule train
  chainrule train --hidden 128,64 --activation selu --lr 0.02 --seed 7
  chainrule train --hidden none                         softmax regression
  chainrule train --data iris.csv --target species --out runs/iris
  chainrule train --data train-images-idx3-ubyte.gz --epochs 10
"""

_MOST_UNITS = 1_000_000


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the arguments, with the function that does what they ask as `run`.

    Raises
    ------
    Failure
        If they are wrong.
    SystemExit
        After ``--help`` and ``--version``.
    """
    parser = _Parser(
        prog="chainrule",
        description="Train a dense classifier whose gradients are verified first, use it, and check it again.",
        epilog=f"{_EXAMPLES}\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"chainrule {autograd.__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", required=True, metavar="{train,predict,check}")
    _add_train(commands)
    _add_predict(commands)
    _add_check(commands)
    return parser.parse_args(argv)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Failure(f"{message.removeprefix('argument ')}; see {self.prog} --help")


def _add_train(commands: Any) -> None:
    parser = commands.add_parser(
        "train",
        help="train a classifier, and write a folder with the model and a report",
        description="Train a dense classifier on the handwritten digits, or on a file of yours.\n"
        "Every gradient is verified numerically before; with a wrong one there is no training.",
        epilog=f"{_TRAIN_EXAMPLES}\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=train.run)
    data = parser.add_argument_group("data")
    data.add_argument("--data", metavar="FILE", default="digits", help="CSV, NPZ or IDX (default: the digits)")
    data.add_argument("--target", metavar="COLUMN", help="column or array of the classes (default: the last column)")
    data.add_argument("--labels", metavar="FILE", help="labels file of an IDX pair (default: the one beside it)")
    data.add_argument(
        "--validation", metavar="F", type=_fraction, default=0.15, help="fraction of the examples (%(default)s)"
    )
    data.add_argument(
        "--test", metavar="F", type=_fraction, default=0.15, help="fraction of the examples (%(default)s)"
    )
    network = parser.add_argument_group("network")
    network.add_argument(
        "--hidden", metavar="N,N", type=_sizes, default=(64, 64), help="hidden layers, or none (64,64)"
    )
    network.add_argument(
        "--activation", metavar="NAME", choices=ACTIVATIONS, default="relu", help=f"{', '.join(ACTIVATIONS)} (relu)"
    )
    training = parser.add_argument_group("training (stochastic gradient descent)")
    training.add_argument("--epochs", metavar="N", type=_positive, default=100, help="at most so many (%(default)s)")
    training.add_argument("--batch-size", metavar="N", type=_positive, default=64, help="examples a step (%(default)s)")
    training.add_argument("--lr", metavar="X", type=_number(0), default=0.05, help="learning rate (%(default)s)")
    training.add_argument(
        "--momentum", metavar="X", type=_number(0, 1), default=0.9, help="from 0 to below 1 (%(default)s)"
    )
    training.add_argument("--weight-decay", metavar="X", type=_number(0), default=1e-3, help="L2 penalty (%(default)s)")
    training.add_argument(
        "--label-smoothing", metavar="X", type=_number(0, 1), default=0.1, help="of targets (%(default)s)"
    )
    training.add_argument(
        "--patience",
        metavar="N",
        type=_positive,
        default=20,
        help="stop after so many epochs without gain (%(default)s)",
    )
    training.add_argument("--seed", metavar="N", type=_seed, default=0, help="of everything random (%(default)s)")
    output = parser.add_argument_group("output")
    output.add_argument("--out", metavar="DIR", help="folder to make (default: runs/NAME-001, or the next number)")
    output.add_argument("--quiet", action="store_true", help="say only where the results are")


def _add_predict(commands: Any) -> None:
    parser = commands.add_parser(
        "predict",
        help="classify the examples of a file",
        description="Classify the examples of a file with a trained model: a line an example, with its row\n"
        "(from 0), its class and the probability of each class. If the file has labels too, the\n"
        "accuracy is said on the standard error stream.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=predict.run)
    _add_run_folder(parser)
    parser.add_argument("data", metavar="DATA", help="CSV, NPZ or IDX file, with or without labels; or: digits")
    parser.add_argument(
        "--out", metavar="FILE", help="CSV file to write, which must not exist (default: to the screen)"
    )


def _add_check(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="verify the gradients of a trained model",
        description="Verify every gradient of a trained model numerically, on a batch of its data.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=check.run)
    _add_run_folder(parser)
    parser.add_argument("--data", metavar="FILE", help="labelled examples (default: the data of the run)")


def _add_run_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="RUN", help="a folder that chainrule train wrote")


def _sizes(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    try:
        sizes = tuple(_positive(size) for size in text.split(","))
    except argparse.ArgumentTypeError:
        sizes = (0,)
    if not all(0 < size <= _MOST_UNITS for size in sizes):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of layer sizes; write integers from 1 to {_MOST_UNITS} as 64,64, or none"
        )
    return sizes


def _positive(text: str) -> int:
    return _integer(text, 1, "a positive integer")


def _seed(text: str) -> int:
    return _integer(text, 0, "an integer from 0")


def _integer(text: str, low: int, what: str) -> int:
    # int() takes 1_000 and 0_1 too, which are more likely slips than numbers.
    if text.strip().isdecimal() and text.isascii() and int(text) >= low:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {what}")


def _number(low: float, high: float = math.inf) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and low <= value < high:
            return value
        bounds = f"at least {low:g}" if high == math.inf else f"from {low:g} to below {high:g}"
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number {bounds}")

    return number


def _fraction(text: str) -> float:
    value = _number(0, 1)(text)
    if value == 0:
        raise argparse.ArgumentTypeError(f"{text!r} leaves no examples; give a fraction between 0 and 1")
    return value
