"""Value and derivatives of a row beside PyTorch's.

Complex gradients: here, as in HIPS autograd and JAX, a cotangent g of y means the change Re(g · dy) of a real loss.
PyTorch's means Re(conj(g) · dy). So its cotangents and gradients are the conjugates of those here.
"""

import numpy as np

from autograd import Tensor, vjp
from referee.pointwise import torch
from referee.translation import is_of_scipy, meaning, name_of, translated, well_defined
from sampling import leaves, random_like

# Of the largest number of an array, or of 1. PyTorch's polygamma and incomplete gamma functions have 9 digits.
TOLERANCE, TOLERANCE_OF_SCIPYS = 1e-12, 1e-8


def compare(sample, arrays, rng):
    """Compare the value at `arrays`, the gradients for random cotangents, and the gradients of those."""
    name = name_of(meaning(sample))
    ours, theirs = flat(well_defined(sample, name)), flat(well_defined(translated(sample), name))
    variables = [torch.tensor(a, requires_grad=True) for a in arrays]
    values = ours(*(Tensor(a, requires_grad=True) for a in arrays))
    their_values = theirs(*variables)
    tolerance = TOLERANCE_OF_SCIPYS if is_of_scipy(meaning(sample)) else TOLERANCE
    assert_same([value.data if isinstance(value, Tensor) else value for value in values], their_values, tolerance)

    smooth = [i for i, value in enumerate(values) if isinstance(value, Tensor)]  # the others are indices, ranks, signs
    cotangents = random_like(rng, [values[i].data for i in smooth])
    tangents = random_like(rng, arrays)

    def gradients(*moved):
        return as_list(vjp(lambda *x: [ours(*x)[i] for i in smooth], *moved)[1](cotangents), moved)

    first, pull = vjp(gradients, *arrays)
    their_first = pulled_back([their_values[i] for i in smooth], variables, cotangents)
    assert_same(first, their_first, tolerance)
    assert_same(as_list(pull(tangents), arrays), pulled_back(their_first, variables, tangents), tolerance)


def flat(row):
    """Return the function of a row with its outputs in one list."""
    return lambda *arrays: list(leaves(row(*arrays)))


def as_list(gradients, arrays):
    return list(gradients) if len(arrays) > 1 else [gradients]


def pulled_back(values, variables, cotangents):
    """Return PyTorch's gradient in each variable, in the convention here."""
    pairs = [(y, torch.tensor(np.conj(g))) for y, g in zip(values, cotangents, strict=True) if y.requires_grad]
    if not pairs:
        return [torch.zeros_like(variable) for variable in variables]
    outputs, seeds = zip(*pairs, strict=True)
    found = torch.autograd.grad(outputs, variables, seeds, create_graph=True, materialize_grads=True)
    return [torch.conj(gradient) for gradient in found]


def assert_same(ours, theirs, tolerance):
    """Check that arrays have the same shapes, kinds and, up to rounding, values."""
    for one, other in zip(ours, theirs, strict=True):
        one, other = np.asarray(one), other.numpy(force=True)
        assert one.shape == other.shape
        assert one.dtype.kind == other.dtype.kind
        size = max(1.0, np.abs(other).max(initial=0.0))
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * size)
