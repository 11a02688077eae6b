"""Gradient checks in tests, by HIPS autograd's names; `autograd.gradcheck` does the work and explains what is wrong."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import nested
from autograd.differential_operators import unary_to_nary
from autograd.gradcheck import assert_gradients
from autograd.vspace import vspace

TOL = RTOL = 1e-6
MODES = ("fwd", "rev")


@unary_to_nary
def check_grads(function: Callable[..., Any], x: Any, modes: Sequence[str] = MODES, order: int = 2) -> None:
    """Assert that derivatives of `function` are right: ``check_grads(function, argnum, modes, order)(*args)``.

    Parameters
    ----------
    modes : sequence of "fwd" and "rev"
        Forward mode is the transpose of reverse mode, so that one check is of both.
    order : int
        Derivatives up to this one are checked.

    Raises
    ------
    AssertionError
        If a derivative is wrong, with the report of `autograd.gradcheck`.

    Examples
    --------
    >>> import numpy as np
    >>> check_grads(np.tanh)(np.array([0.5, -1.0]))
    >>> check_grads(np.multiply, (0, 1), modes=["rev"], order=1)(2.0, np.ones(3))
    """
    unknown = set(modes) - set(MODES)
    assert not unknown, f"check_grads: modes {sorted(unknown)}; there are 'fwd' and 'rev'"
    assert_gradients(function, (x,), order=order)


def check_vjp(function: Callable[..., Any], x: Any) -> None:
    """Assert that the VJP of `function` at x is right."""
    assert_gradients(function, (x,))


check_jvp = check_vjp


def check_equivalent(x: Any, y: Any) -> None:
    """Assert that x and y have the same structure, shapes and dtypes, and values equal to six digits."""
    assert vspace(x) == vspace(y), f"different spaces: {vspace(x)} and {vspace(y)}"
    for one, other in zip(nested.leaves(x), nested.leaves(y), strict=True):
        np.testing.assert_allclose(one, other, rtol=RTOL, atol=TOL)


def scalar_close(a: Any, b: Any) -> bool:
    """Whether two numbers agree to six digits or places."""
    return bool(abs(a - b) < TOL or abs(a - b) < RTOL * abs(a + b))


def combo_check(function: Callable[..., Any], *options: Any, **named_options: Any) -> Callable[..., None]:
    """Return a check of every combination: each argument of `function` is given as a list of its values.

    Examples
    --------
    >>> import numpy as np
    >>> combo_check(np.sum, modes=["rev"], order=1)([np.ones(2), np.ones((2, 3))], axis=[0, None])
    """
    check = check_grads(function, *options, **named_options)

    def check_all(*args: Any, **kwargs: Any) -> None:
        for values in itertools.product(*args):
            for choice in itertools.product(*kwargs.values()):
                check(*values, **dict(zip(kwargs, choice, strict=True)))

    return check_all
