"""DOT texts that were looked at as pictures and found good.

Where one changes on purpose, look at the new picture (the test names it), then write it here with
``python tests/drawing/test_drawing_golden.py``.
"""

from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor, draw, ops

GOLDEN = Path(__file__).parent / "golden"
LABELS = np.array([0, 1, 2, 0, 1])


def inputs():
    return np.arange(20.0).reshape(5, 4) / 16 - 0.5


def network(*layers):
    """Return a network whose parameters are simple fractions, so that no digit depends on the processor."""
    model = nn.Sequential(*layers)
    for parameter in model.parameters():
        parameter.data = (np.arange(parameter.data.size).reshape(parameter.shape) % 7 - 3).astype(np.float32) / 8
    return model


def classifier(**options):
    model = network(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    x = inputs()
    return draw(nn.CrossEntropyLoss()(model(x), LABELS), model, names={"x": x, "labels": LABELS}, **options)


def branches():
    t = Tensor(np.array([1.0, 2.0, 4.0]), requires_grad=True)
    return draw(np.sum(t * t / (t + 1) - np.where(t > 1.5, t**2, t)), names={"t": t}, gradients=True)


def repeated():
    layers = [layer for _ in range(30) for layer in (nn.Linear(4, 4), nn.ReLU())]
    model = network(*layers, nn.Linear(4, 3))
    x = inputs()
    return draw(nn.CrossEntropyLoss()(model(x), LABELS), model, names={"x": x, "labels": LABELS})


def shared():
    layer, x = network(nn.Linear(4, 4)), Tensor(inputs().astype(np.float32), requires_grad=True)
    return draw(np.sum(ops.relu(layer(ops.relu(layer(x))))), layer, names={"x": x})


def not_finite():
    x = Tensor([0.0, 1.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        return draw(np.sum(np.log(x) + x), names={"x": x}, gradients=True)


def failed():
    model = network(nn.Linear(4, 8), nn.ReLU(), nn.Linear(6, 3))
    with pytest.raises(ValueError, match="size 6"), draw.on_error(model=model) as failure:
        model(inputs())
    return failure.drawing


DRAWINGS = {
    "classifier": classifier,
    "classifier-gradients": lambda: classifier(gradients=True),
    "classifier-backward": lambda: classifier(backward=True),
    "classifier-dark": lambda: classifier(theme="dark", direction="down"),
    "classifier-modules": lambda: classifier(collapse=1),
    "branches": branches,
    "repeated": repeated,
    "shared": shared,
    "not-finite": not_finite,
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_picture_is_the_one_that_was_looked_at(name):
    assert DRAWINGS[name]().source == (GOLDEN / f"{name}.dot").read_text(encoding="utf-8")


def test_failed_computation_is_the_picture_that_was_looked_at():
    # Not compared as a file: the line of this test is in it.
    source = failed().source
    assert "✗ x Wᵀ + b" in source
    assert "expected a last axis of size 6" in source
    assert "-> linear_2" in source


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, make in DRAWINGS.items():
        (GOLDEN / f"{name}.dot").write_text(make().source, encoding="utf-8")
        make().save(GOLDEN.parent / f"{name}.png")
