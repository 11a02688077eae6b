"""A row of the table in PyTorch's words."""

import importlib.util
import inspect
import operator

import numpy as np

import autograd.ops
from autograd import Primitive, Tensor
from autograd.ops.indexing import getitem
from referee.distributions import SPECIAL, STATS
from referee.layout import JOINING, SELECTING, SHAPING, added_into, gathered
from referee.matrices import FFT, INVARIANTS, LINALG, OF_ONE_TRIANGLE, PRODUCTS, hermitian_part
from referee.pointwise import NETWORKS, POINTWISE, is_scipys, of_ufunc, torch
from referee.reductions import METHODS, REDUCTIONS
from referee.statistics import STATISTICS


def by_function(table):
    """Return a table by NumPy's functions, those that the installed version has, instead of their names."""
    functions = {name: function_of_numpy(name) for name in table}
    return {functions[name]: value for name, value in table.items() if functions[name] is not None}


def function_of_numpy(name):
    *place, last = name.split(".")
    return getattr(getattr(np, *place) if place else np, last, None)


BY_NAME = {
    **POINTWISE,
    **REDUCTIONS,
    **METHODS,
    **STATISTICS,
    **SHAPING,
    **JOINING,
    **SELECTING,
    **PRODUCTS,
    **LINALG,
    **FFT,
}
TRANSLATIONS = {
    **by_function(BY_NAME),
    **{getattr(autograd.ops, name): function for name, function in NETWORKS.items()},
    autograd.ops.scatter_add: added_into,
    getitem: gathered,
    operator.getitem: gathered,
}
OF_SCIPY = {}
if importlib.util.find_spec("scipy") is not None:  # it is optional
    from autograd.scipy import special, stats

    OF_SCIPY |= {getattr(special, name): function for name, function in SPECIAL.items()}
    OF_SCIPY |= {getattr(getattr(stats, name), m): f for name, methods in STATS.items() for m, f in methods.items()}
TRANSLATIONS |= OF_SCIPY
OFFERED = {  # what PyTorch knows of the values of an option
    "method": {"linear", "lower", "higher", "midpoint", "nearest"},
    "mode": {"constant", "edge", "reflect", "wrap", "full", "same", "valid", "reduced", "complete", "r"},
}
NOT_COMPARED = {  # rows whose arguments PyTorch does not take
    "sum((2, 3), axis=())": "to PyTorch no axes are all",
    "np.max((0, 3), axis=0, initial=-5.0)": "PyTorch has no initial value",
    "median((0, 3), axis=1)": "PyTorch has no median of nothing",
    "np.pad((2, 3), ((0, 0), (4, 2)), mode=wrap)": "PyTorch goes around once",
    "np.tril((3,))": "PyTorch makes no matrix of a vector",
    "np.vander((2,), 0)": "PyTorch stacks no columns",
    "np.reduce(logaddexp, (2, 3), axis=0, initial=0.5, where=[[ True False True] [False False True]])": (
        "PyTorch has no initial value"
    ),
    "np.fftn((2, 3), axes=(1, 1))": "PyTorch transforms an axis once",
}
NOT_DIFFERENTIABLE = {  # by PyTorch, although it has functions of these names
    "full_like": "of numbers only",
    "gammainc": "only in its second argument",
    "gammaincc": "only in its second argument",
    "histogram": "not even in its weights",
    "histogramdd": "not even in its weights",
    "linspace": "of numbers only",
    "logspace": "of numbers only",
    "put": "which is something else: it returns a new tensor",
    "select": "which is something else: one place along an axis",
    "unique": "without derivatives",
}


def is_of_scipy(function):
    return function in OF_SCIPY or is_scipys(function)


def name_of(function):
    """Return NumPy's name of a function: ``sum``, ``linalg.inv``."""
    return f"{getattr(function, '__module__', None)}.{function.__name__}".removeprefix("numpy.")


def meaning(sample):
    """Return the function that a row is of: of a primitive, what it is on plain arrays."""
    function = sample.function
    if function in TRANSLATIONS or not isinstance(function, Primitive):
        return function
    return sample.reference or getattr(np, sample.name, function)


def translated(sample):
    """Return a row in PyTorch's words, or None if PyTorch has no such function or option."""
    function = meaning(sample)
    translation = TRANSLATIONS.get(function) or (of_ufunc(function) if isinstance(function, np.ufunc) else None)
    if translation is None or function.__name__ in NOT_DIFFERENTIABLE or str(sample) in NOT_COMPARED:
        return None
    if not offers(translation, sample):
        return None
    options = {name: constant(value) for name, value in sample.options.items()}
    return sample.but(function=translation, args=constant(sample.args), options=options)


def offers(translation, sample):
    try:
        given = inspect.signature(translation).bind(*sample.args, **sample.options).arguments
    except TypeError:  # of an option that PyTorch does not have
        return False
    return all(given[name] in values for name, values in OFFERED.items() if name in given)


def constant(value):
    """Return an argument of a row with the arrays in it as PyTorch's."""
    if isinstance(value, Tensor | np.ndarray | np.generic):
        return torch.from_numpy(np.array(value.data if isinstance(value, Tensor) else value))
    if isinstance(value, slice):
        return slice(*map(constant, (value.start, value.stop, value.step)))
    return type(value)(map(constant, value)) if isinstance(value, list | tuple) else value


def well_defined(row, name):
    """Return a row, in either library's words, of what both define; see `OF_ONE_TRIANGLE` and `INVARIANTS`."""
    function, reads_one_triangle = row.function, name in OF_ONE_TRIANGLE or row.options.get("hermitian")
    invariant = INVARIANTS.get(name) if row.options.get("compute_uv", True) else None

    def compute(a, *args, **options):
        result = function(hermitian_part(a) if reads_one_triangle else a, *args, **options)
        if invariant is None:
            return result
        return invariant(*result) if isinstance(result, tuple) else invariant(result)

    return row.but(function=compute) if reads_one_triangle or invariant else row
