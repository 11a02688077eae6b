"""Journals: what recorded operations were given, and where they were called."""

import gc
import inspect
import sys
import types
import weakref

import numpy as np

from autograd import Tensor, no_grad, ops, primitive
from autograd.journal import Journal, entry
from autograd.sites import Site


def arguments(tensor):
    return dict(entry(tensor._node).arguments)


def variable(*values):
    return Tensor(list(values), requires_grad=True)


def test_arguments_are_those_of_the_forward_function_by_name():
    x = variable(1.0, 2.0)
    with Journal():
        y = np.sum(x, keepdims=True)
    known = arguments(y)
    assert known.pop("a") is x.data
    assert {name: known[name] for name in ("axis", "dtype", "keepdims")} == {
        "axis": None,
        "dtype": None,
        "keepdims": True,
    }


def test_the_forward_function_receives_them():
    seen = []

    @primitive
    def scale(x, factor, *, offset=0.0):
        seen.append({"x": x, "factor": factor, "offset": offset})
        return x * factor + offset

    scale.defvjp(lambda g, factor: g * factor, None)
    with Journal():
        y = scale(variable(1.0), Tensor(3.0), offset=2.0)
    known = arguments(y)
    assert known.keys() == seen[0].keys()
    assert all(known[name] is seen[0][name] for name in known)


def test_operators_methods_and_functions_of_numpy_are_noted():
    x = variable(1.0, 2.0)
    with Journal():
        outputs = [2 * x, x.sum(), np.tanh(x), x[[0, 0]], x @ x]
    assert [entry(y._node).primitive.name for y in outputs] == ["multiply", "sum", "tanh", "getitem", "matmul"]
    assert arguments(outputs[0])["x1"] == 2


def test_the_arrays_of_star_args_are_a_tuple():
    x = variable(1.0)
    with Journal():
        y = np.concatenate([x, [2.0, 3.0]])
    first, second = arguments(y)["arrays"]
    assert first is x.data
    np.testing.assert_array_equal(second, [2.0, 3.0])
    assert arguments(y)["stops"] == (0, 1, 3)


def test_a_list_is_noted_as_the_array_it_becomes():
    with Journal():
        y = np.add([1, 2], variable(1.0, 2.0))
    assert isinstance(arguments(y)["x1"], np.ndarray)


def test_the_line_is_the_users():
    def function(x):
        return ops.relu(x)

    with Journal():
        y = function(variable(1.0))
    site = entry(y._node).site
    assert (site.file, site.line) == (__file__, inspect.getsourcelines(function)[1] + 1)


def test_what_is_not_recorded_is_not_noted():
    with Journal(), no_grad():
        assert (variable(1.0) * 2)._node is None
    y = variable(1.0) * 2
    assert entry(y._node) is None


def test_a_journal_ends():
    with Journal():
        pass
    assert entry((variable(1.0) * 2)._node) is None


def test_arrays_live_as_long_as_the_graph():
    with Journal():
        y = np.sin(variable(1.0) * 2.0)
    inside = y._node.inputs[0]
    kept = weakref.ref(arguments(y)["x"])
    assert entry(inside) is not None
    assert kept() is not None
    del y, inside
    gc.collect()
    assert kept() is None


def test_cells_of_a_notebook_are_called_as_its_tracebacks_call_them(monkeypatch):
    names = {"ipykernel_7/123.py": ("Cell", "In[5]")}
    shell = types.SimpleNamespace(compile=types.SimpleNamespace(format_code_name=names.get))
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert Site("", "ipykernel_7/123.py", 2).place == "In[5]:2"
    assert Site("", "models/model.py", 2).place == "model.py:2"
