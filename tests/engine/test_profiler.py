"""`profile`: what it counts and where, that it changes no result, and that it leaves nothing behind."""

import asyncio
import copy
import gc
import json
import linecache
import sys
import threading
import weakref

import numpy as np
import pytest

import autograd
import nn
from autograd import GraphError, Primitive, Tensor, draw, no_grad, observe, ops, primitive, profile
from autograd.ops import elementwise, indexing, shaping
from autograd.primitive import compiled, undifferentiated
from autograd.profiling import meter
from autograd.profiling.costs import Row
from autograd.profiling.tables import bytes_text, time_text, to_html, to_text
from autograd.tensor import overloads
from samples import TABLE
from sampling import leaves, pulled_back, random_like

every_row = pytest.mark.parametrize("sample", TABLE, ids=str)


def variable(values):
    return Tensor(np.asarray(values, float), requires_grad=True)


def counts(rows):
    """Return the calls and the calls of VJPs of each row, by name."""
    return {row.name: (row.calls, row.backward_calls) for row in rows}


def sizes(rows):
    return {row.name: (row.bytes_made, row.bytes_saved) for row in rows}


def lines(profiled):
    """Return the calls and the calls of VJPs of each line, by its text."""
    return {row.source: (row.calls, row.backward_calls) for row in profiled.by_line}


def reachable():
    """Return every function that computes something on Tensors, by where it is found."""
    places = {("np", function): implementation for function, implementation in overloads.items()}
    places |= {("Tensor", name): method for name, method in vars(Tensor).items() if callable(method)}
    for each in compiled:
        places |= {(each, "apply"): each.apply, (each, "pullbacks"): each.pullbacks, (each, "add_into"): each.add_into}
    return places


def is_timed(function):
    """Whether profiling made `function`, or what it calls."""
    inner = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    files = {f.__code__.co_filename for f in [function, *inner] if hasattr(f, "__code__")}
    return not files.isdisjoint((meter.__file__, observe.__file__)) or type(function).__module__ == meter.__name__


def assert_nothing_is_timed():
    assert [place for place, function in reachable().items() if is_timed(function)] == []


class Clock:
    """A clock that stands still until something advances it."""

    now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    result = Clock()
    monkeypatch.setattr(meter, "_clock", result)
    return result


@pytest.fixture
def slow(clock):
    """Return a primitive 3x whose function takes 7 ns and whose VJP takes 11 ns, besides the operations in it."""

    @primitive
    def slow(x):
        clock.now += 7
        return x * 3

    def vjp(g):
        clock.now += 11
        return slow(g)

    return slow.defvjp(vjp)


@pytest.fixture
def network():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))
    return model, nn.CrossEntropyLoss(), np.ones((5, 4), np.float32), np.array([0, 1, 0, 1, 1])


# --------------------------------------------------------------------------------------------------- what is counted


def test_calls_of_a_network_by_operation(network):
    model, criterion, x, labels = network
    with profile() as p:
        for _ in range(3):
            criterion(model(x), labels).backward()
    # The first layer's input needs no gradient: two VJPs, and three of the second.
    assert counts(p.by_operation) == {"linear": (6, 15), "tanh": (3, 3), "cross_entropy": (3, 3)}
    assert counts([p.total]) == {"total": (12, 21)}


def test_bytes_of_a_network(network):
    model, criterion, x, labels = network
    with profile() as p:
        criterion(model(x), labels).backward()
    assert sizes(p.by_module) == {
        "0 (Linear)": (5 * 3 * 4, 5 * 4 * 4),  # saves its input
        "1 (Tanh)": (5 * 3 * 4, 5 * 3 * 4),  # its output
        "2 (Linear)": (5 * 2 * 4, 5 * 3 * 4 + 2 * 3 * 4),  # its input and its weight
        "CrossEntropyLoss": (4, 5 * 2 * 4 + 5 * 8),  # the probabilities and the labels
    }


def test_times_are_those_of_the_functions_of_arrays(clock, slow):
    x = variable([1.0, 2.0])
    with profile() as p:
        clock.now += 1000  # the user's own
        y = slow(slow(x))
        clock.now += 1000
        y.backward([1.0, 1.0])
    row = next(row for row in p.by_operation if row.name == "slow")
    assert (row.forward_seconds, row.backward_seconds) == pytest.approx((2 * 7e-9, 2 * (11 + 7) * 1e-9))
    assert p.total.seconds == row.seconds == pytest.approx(50e-9)


@pytest.mark.filterwarnings("ignore:Output seems independent of input:UserWarning")  # a constant derivative
def test_time_of_what_runs_inside_a_vjp_is_counted_once(clock, slow):
    with profile() as p:
        autograd.grad(lambda x: autograd.grad(slow)(x))(1.0)
    # Forward; in the recorded sweep the VJP and the operation in it; the derivative 3 does not depend on x.
    row = next(row for row in p.by_operation if row.name == "slow")
    assert (row.calls, row.backward_calls) == (2, 1)
    assert (row.forward_seconds, row.backward_seconds) == pytest.approx((2 * 7e-9, 11e-9))


def test_time_of_an_operation_inside_the_function_of_another_is_counted_once(clock, slow):
    @primitive
    def outer(x):
        clock.now += 100
        return slow(Tensor(x)).data + slow(Tensor(x)).data

    outer.defvjp(lambda g: 6 * g)
    with profile() as p:
        outer(variable(1.0))
    assert {row.name: row.forward_seconds for row in p.by_operation} == pytest.approx({"outer": 1e-7, "slow": 14e-9})


def test_wall_time_runs_from_entry_to_exit():
    p = profile()
    assert p.wall_seconds == 0
    with p:
        first = p.wall_seconds
        assert 0 < first <= p.wall_seconds
    assert p.wall_seconds == p.wall_seconds >= first


def test_a_view_makes_no_bytes():
    x = variable(np.ones((3, 4)))
    with profile() as p:
        np.reshape(x, (4, 3)), x.T, x[1:], np.broadcast_to(x, (2, 3, 4)), np.expand_dims(x, 0)
    assert counts(p.by_operation).keys() == {"reshape", "transpose", "getitem", "broadcast_to", "expand_dims"}
    assert p.total.bytes_made == 0
    with profile() as p:
        np.reshape(x.T, 12)  # has to copy
        x[[0, 2]]
    assert sizes(p.by_operation) == {"reshape": (96, 0), "transpose": (0, 0), "getitem": (64, 16 if False else 0)}


def test_an_array_that_two_vjps_ask_for_is_saved_once():
    x = variable(np.ones(10))
    with profile() as p:
        x * x
        x * Tensor(np.ones(10))
    assert sizes(p.by_operation) == {"multiply": (160, 160)}


def test_scalars_have_bytes():
    x = variable(2.0)
    with profile() as p:
        np.exp(x)
    assert sizes(p.by_operation) == {"exp": (8, 8)}


def test_nothing_is_saved_where_nothing_is_recorded():
    with profile() as p, no_grad():
        np.exp(variable([1.0, 2.0]))
    assert p.by_operation[0].calls == 1
    assert sizes(p.by_operation) == {"exp": (16, 0)}


def test_slices_that_accumulate_in_place_are_backward_calls(clock, monkeypatch):
    x = variable(np.ones(100))
    with profile() as p:
        sum((x[i] for i in range(10)), start=Tensor(0.0)).backward()
    assert counts(p.by_operation) == {"getitem": (10, 10), "add": (10, 19)}  # the first sum has one variable
    np.testing.assert_array_equal(x.grad, [1] * 10 + [0] * 90)


def test_compositions_are_counted_as_what_they_are_composed_of():
    x = variable([1.0, 2.0])
    with profile() as p:
        np.clip(x, 1.2, 1.8).sum().backward()
    assert counts(p.by_operation) == {"maximum": (1, 1), "minimum": (1, 1), "sum": (1, 1)}


def test_what_numpy_computes_of_plain_arrays_is_not_counted():
    x = np.array([1.0, 2.0])
    with profile() as p:
        np.argmax(variable(x)), variable(x) > 1, np.exp(x), ops.sigmoid(x), elementwise.add(1, 2)
    assert p.by_operation == p.by_module == p.by_line == ()


def test_plain_arguments_give_what_they_give_without_a_profile():
    with profile():
        profiled = elementwise.add(1, 2), elementwise.power(2, 0.5)
    assert list(map(type, profiled)) == list(map(type, (elementwise.add(1, 2), elementwise.power(2, 0.5))))


def test_a_failed_call_is_not_counted_and_says_what_it_says_without_a_profile():
    a, b = variable(np.ones(3)), variable(np.ones(4))
    with pytest.raises(ValueError, match="add") as plain:
        a + b
    with profile() as p:
        with pytest.raises(ValueError, match="add") as profiled:
            a + b
        a + a
    assert str(profiled.value) == str(plain.value)
    assert counts(p.by_operation) == {"add": (1, 0)}


def test_an_operand_with_operators_of_its_own_decides():
    class Other:
        __array_ufunc__ = None

        def __radd__(self, other):
            return "mine"

    with profile() as p:
        assert variable(1.0) + Other() == "mine"
    assert p.by_operation == ()


def test_arguments_by_keyword(rng):
    x, weight = rng.standard_normal((2, 3)), variable(np.ones((4, 3)))
    with profile() as p:
        ops.linear(x, weight=weight, bias=None).sum().backward()
    assert counts(p.by_operation) == {"linear": (1, 1), "sum": (1, 1)}


def test_vjps_of_operations_from_before_are_counted():
    x = variable([1.0, 2.0])
    loss = np.sum(np.tanh(x[:1]))
    with profile() as p:
        loss.backward()
    assert counts(p.by_operation) == {"sum": (0, 1), "tanh": (0, 1), "getitem": (0, 1)}
    assert counts(p.by_module) == counts(p.by_line) == {"(recorded before)": (0, 3)}


def test_nothing_is_counted_outside():
    x = variable([1.0, 2.0])
    with profile() as p:
        y = np.tanh(x)
    np.sum(y * 2).backward()
    assert counts(p.by_operation) == {"tanh": (1, 0)}
    np.testing.assert_allclose(x.grad, 2 * (1 - np.tanh([1.0, 2.0]) ** 2))


# --------------------------------------------------------------------------------------------------- where


class Scale(nn.Module):
    def __init__(self):
        self.factor = nn.Parameter(2.0)
        self.inner = nn.Sequential(nn.Tanh(), nn.Sequential(nn.Tanh()))

    def forward(self, x):
        scaled = x * self.factor
        return self.inner(scaled)


def test_operations_belong_to_the_innermost_module_by_its_name_in_the_outermost():
    model = nn.Sequential({"first": nn.Tanh(), "scale": Scale()})
    with profile() as p:
        np.sum(model(np.ones(3, np.float32))).backward()
    assert counts(p.by_module) == {
        "first (Tanh)": (1, 0),
        "scale (Scale)": (1, 1),
        "scale.inner.0 (Tanh)": (1, 1),
        "scale.inner.1.0 (Tanh)": (1, 1),
        "(no module)": (1, 1),
    }


def test_the_outermost_module_has_the_name_of_its_type():
    with profile() as p:
        Scale()(np.ones(3, np.float32))
    assert counts(p.by_module) == {"Scale": (1, 0), "inner.0 (Tanh)": (1, 0), "inner.1.0 (Tanh)": (1, 0)}


def test_a_module_that_its_caller_does_not_hold_has_no_name():
    class Calls(nn.Module):
        def forward(self, x):
            return nn.Tanh()(x)

    with profile() as p:
        Calls()(variable(1.0))
    assert counts(p.by_module) == {"Tanh": (1, 0)}


def test_owners_of_regions_need_not_be_modules():
    class Owner:
        pass

    with profile() as p:
        autograd.in_region(Owner(), np.tanh, (variable(1.0),))
    assert counts(p.by_module) == {"Owner": (1, 0)}


def test_lines_are_the_users_own():
    x = variable([1.0, 2.0])
    model = Scale()
    with profile() as p:
        y = np.stack([x, x])
        z = model(y) + model(y)
        loss = z.sum()
        loss.backward()
    assert lines(p) == {
        "y = np.stack([x, x])": (1, 2),
        "scaled = x * self.factor": (2, 4),
        "return self.inner(scaled)": (4, 4),
        "z = model(y) + model(y)": (1, 2),
        "loss = z.sum()": (1, 1),
    }
    names = {row.source: row.name for row in p.by_line}
    number = int(names["loss = z.sum()"].removeprefix(f"{__file__}:"))
    assert linecache.getline(__file__, number).strip() == "loss = z.sum()"


def test_lines_of_code_that_is_in_no_file():
    cell = "<cell of a notebook>"
    source = "y = np.tanh(x)\nz = np.exp(y)\n"
    linecache.cache[cell] = (len(source), None, source.splitlines(keepends=True), cell)
    try:
        with profile() as p:
            exec(compile(source, cell, "exec"), {"np": np, "x": variable(1.0), "__name__": "__main__"})
        assert {(row.name, row.source) for row in p.by_line} == {
            (f"{cell}:1", "y = np.tanh(x)"),
            (f"{cell}:2", "z = np.exp(y)"),
        }
    finally:
        del linecache.cache[cell]


def test_a_call_by_no_line_of_the_user():
    x = variable(1.0)
    with profile() as p:
        thread = threading.Thread(target=np.tanh, args=(x,))
        thread.start()
        thread.join()
    assert counts(p.by_line) == {"(no line)": (1, 0)}


def test_operations_of_a_recorded_sweep_belong_to_the_forward_call():
    model = nn.Tanh()

    def f(x):
        return model(x)

    with profile() as p:
        second = autograd.grad(autograd.grad(f))(0.5)
    assert second == pytest.approx(-2 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2))
    # The recorded VJP is g * (1 - y * y): three operations. Of these, y * y, 1 - y², and g * (…) get a cotangent: y
    # twice, then one each; and tanh, of which y is the output.
    assert counts(p.by_operation) == {"tanh": (1, 2), "multiply": (2, 3), "subtract": (1, 1), "positive": (1, 1)}
    assert lines(p)["return model(x)"] == (4, 6)
    assert counts(p.by_module)["Tanh"] == (4, 6)


def test_byproducts_of_a_recorded_sweep_belong_to_the_forward_call():
    labels = np.array([1])

    def loss(logits):
        return ops.cross_entropy(logits, labels, 1.0)

    logits = np.array([[1.0, 2.0, 0.5]])
    expected = autograd.hvp(loss)(logits, np.ones((1, 3)))
    with profile() as p:
        np.testing.assert_array_equal(autograd.hvp(loss)(logits, np.ones((1, 3))), expected)
    assert counts(p.by_operation)["softmax"] == (0, 1)
    assert "(recorded before)" not in counts(p.by_line)


# --------------------------------------------------------------------------------------------------- results


def gradients(sample, arrays, cotangent):
    """Return the value of a sample, its gradient and that of a function of its gradient."""
    value = list(leaves(sample(*arrays)))
    first = pulled_back(sample, arrays, cotangent)

    def again(*values):
        return autograd.vjp(sample, *values)[1](cotangent)

    tangents = autograd.vjp(again, *arrays)[1](first if len(arrays) > 1 else first[0])
    return [*value, *first, *leaves(list(tangents) if isinstance(tangents, tuple) else tangents)]


@every_row
def test_results_have_the_same_bits_with_and_without(sample, rng):
    arrays = sample.draw(rng)
    cotangent = random_like(rng, sample.expected(*arrays))
    expected = gradients(sample, arrays, cotangent)
    with profile() as p:
        got = gradients(sample, arrays, cotangent)
    for one, other in zip(got, expected, strict=True):
        assert type(one) is type(other)
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()
        assert np.asarray(one).dtype == np.asarray(other).dtype
    assert p.total.calls > 0


def test_training_has_the_same_bits_with_and_without(network):
    def trained(model):
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        for _ in range(5):
            optimizer.zero_grad()
            network[1](model(network[2]), network[3]).backward()
            optimizer.step()
        return model.state_dict()

    expected = trained(copy.deepcopy(network[0]))
    with profile():
        got = trained(copy.deepcopy(network[0]))
    assert {name: value.tobytes() for name, value in got.items()} == {
        name: value.tobytes() for name, value in expected.items()
    }


def test_graphs_are_drawn_and_swept_afterwards(network):
    model, criterion, x, labels = network
    with profile() as p:
        loss = criterion(model(x), labels)
        during = draw(loss, model)
    plain = criterion(model(x), labels)
    assert draw(loss, model).source == during.source == draw(plain, model).source
    loss.backward()
    gradient = model[0].weight.grad.copy()
    model.zero_grad()
    plain.backward()
    assert gradient.tobytes() == model[0].weight.grad.tobytes()
    assert p.total.backward_calls == 0


def test_errors_of_a_graph_recorded_while_profiling_name_the_operation():
    x = variable([1.0, 2.0])
    with profile():
        y = np.tanh(x)
    assert "made_by=tanh" in repr(y)
    y.backward([1.0, 1.0])
    with pytest.raises(GraphError, match="tanh: its saved arrays were freed"):
        y.backward([1.0, 1.0])


def test_gradcheck_while_profiling():
    with profile():
        assert autograd.gradcheck(lambda x: np.sum(np.tanh(x) ** 2), np.array([0.5, 1.0]))


# --------------------------------------------------------------------------------------------------- what is put back


def use_everything():
    x = variable([0.5, 1.0])
    np.sum(-x + (1 - x) * 2 / x - x[:1] ** 2 - 2**x @ x).backward()
    np.concatenate([np.exp(x), x]).sum().backward()


def test_afterwards_all_functions_are_the_same_objects():
    use_everything()
    before = reachable()
    computes = {each: list(each.computes) for each in compiled}
    with profile():
        use_everything()
        assert sum(is_timed(function) for function in reachable().values()) > 30
    after = reachable()
    assert {place for place in before if after[place] is not before[place]} == set()
    assert after.keys() == before.keys()
    assert {each: each.computes for each in compiled} == computes


def test_all_is_put_back_after_an_exception_and_what_was_measured_stays():
    use_everything()
    before = reachable()
    p = profile()
    with pytest.raises(ZeroDivisionError), p:
        np.tanh(variable(1.0)) / (1 // 0)
    assert {place for place, function in reachable().items() if function is not before.get(place)} == set()
    assert counts(p.by_operation) == {"tanh": (1, 0)}


def test_an_exception_inside_a_vjp_leaves_no_call_open(clock, slow):
    @primitive
    def broken(x):
        return x + 1

    @broken.defvjp
    def vjp(g):
        raise ZeroDivisionError

    with profile() as p:
        with pytest.raises(ZeroDivisionError):
            autograd.grad(lambda x: broken(x))(1.0)
        slow(variable(1.0))
    assert {row.source for row in p.by_line if row.calls} == {
        "autograd.grad(lambda x: broken(x))(1.0)",
        "slow(variable(1.0))",
    }
    assert p._ledger.total().forward == 7


def test_a_primitive_that_is_defined_and_called_while_profiling():
    x = variable([1.0, 2.0])
    with profile() as p:

        @primitive
        def triple(x):
            return 3 * x

        triple.defvjp(lambda g: 3 * g)
        triple(x).backward([1.0, 1.0])
    assert counts(p.by_operation) == {"triple": (1, 1)}
    assert_nothing_is_timed()
    triple(x).backward([1.0, 1.0])
    np.testing.assert_array_equal(x.grad, [6, 6])


def test_a_numpy_function_that_a_new_primitive_computes_while_profiling(monkeypatch):
    def double(x):
        return x * 2

    x = variable([1.0, 2.0])
    double_it = primitive(double).defvjp(lambda g: 2 * g)
    double_it(x)
    with profile() as p:
        autograd.primitive.__globals__["implements"](double)(double_it)
        overloads[double](x)
    try:
        assert counts(p.by_operation) == {"double": (1, 0)}
        assert overloads[double] is double_it.apply
        assert_nothing_is_timed()
    finally:
        del overloads[double]


def test_a_vjp_that_is_defined_anew_while_profiling():
    @primitive
    def triple(x):
        return 3 * x

    triple.defvjp(lambda g: 3 * g)
    x = variable([1.0, 2.0])
    triple(x).backward([1.0, 1.0])
    with profile() as p:
        triple(x)
        triple.defvjp(lambda g: 5 * g)
        triple(x).backward([1.0, 1.0])
    assert counts(p.by_operation) == {"triple": (2, 1)}
    assert_nothing_is_timed()
    x.grad = None
    triple(x).backward([1.0, 1.0])
    np.testing.assert_array_equal(x.grad, [5, 5])


def test_a_primitive_that_is_first_called_while_profiling_stays_compiled():
    fresh = primitive(lambda x: x + 1, "fresh").defvjp(lambda g: g)
    assert fresh not in compiled
    with profile() as p:
        fresh(variable(1.0)).backward()
    assert counts(p.by_operation) == {"fresh": (1, 1)}
    assert fresh in compiled
    assert fresh.apply.__code__.co_filename.startswith("<plan of fresh")
    assert_nothing_is_timed()


def test_a_function_overloaded_anew_while_profiling_stays_so():
    tanh = overloads[np.tanh]
    try:
        with profile():
            autograd.primitive.__globals__["overload"](np.tanh, lambda x: "mine")
        assert np.tanh(variable(1.0)) == "mine"
    finally:
        elementwise.tanh.overload(np.tanh)
    assert overloads[np.tanh] is elementwise.tanh.apply
    assert tanh in (elementwise.tanh.apply, tanh)


def test_a_reference_kept_from_a_profile_goes_on_working():
    x = variable([1.0, 2.0])
    with profile() as p:
        tanh = elementwise.tanh.apply
        rule = tanh(x)._node.rule
    np.sum(tanh(x)).backward()
    assert counts(p.by_operation) == {"tanh": (1, 0)}
    assert len(list(rule.pullbacks)) == 1
    np.testing.assert_allclose(x.grad, 1 - np.tanh([1.0, 2.0]) ** 2)


def test_no_source_of_a_plan_is_left_behind():
    use_everything()
    before = {name for name in linecache.cache if name.startswith("<plan")}
    with profile():
        use_everything()
    assert {name for name in linecache.cache if name.startswith("<plan")} == before


def test_a_profile_keeps_no_arrays_and_no_modules():
    with profile() as p:
        model = Scale()
        array = np.ones(1000)
        np.sum(model(variable(array))).backward()
    held = [weakref.ref(model), weakref.ref(array)]
    del model, array
    gc.collect()
    assert [reference() for reference in held] == [None, None]
    assert p.total.calls == 4


def test_modules_made_in_each_step_are_forgotten():
    with profile():
        for _ in range(100):
            nn.Tanh()(variable(1.0))
        assert len(meter._meter._sites._labels) <= 1


# --------------------------------------------------------------------------------------------------- several at once


def test_nested_profiles_count_in_both():
    x = variable(1.0)
    with profile() as outer:
        np.tanh(x)
        with profile() as inner:
            np.exp(x)
        np.tanh(x)
    assert counts(inner.by_operation) == {"exp": (1, 0)}
    assert counts(outer.by_operation) == {"tanh": (2, 0), "exp": (1, 0)}
    assert_nothing_is_timed()


def test_overlapping_profiles_count_what_is_in_each():
    x = variable(1.0)
    first, second = profile(), profile()
    first.__enter__()
    np.tanh(x)
    second.__enter__()
    np.exp(x)
    first.__exit__()
    np.sin(x)
    second.__exit__()
    np.cos(x)
    assert counts(first.by_operation) == {"tanh": (1, 0), "exp": (1, 0)}
    assert counts(second.by_operation) == {"exp": (1, 0), "sin": (1, 0)}
    assert_nothing_is_timed()


def test_vjps_count_in_the_profile_that_runs_then_at_the_line_of_the_operation():
    x = variable(1.0)
    with profile(), profile() as p:
        y = np.tanh(x)
    with profile() as later:
        y.backward()
    assert lines(p) == {"y = np.tanh(x)": (1, 0)}
    assert lines(later) == {"y = np.tanh(x)": (0, 1)}


def test_a_profile_goes_on_counting_when_it_is_entered_again():
    x = variable(1.0)
    p = profile()
    for _ in range(2):
        with p:
            np.tanh(x)
    assert counts(p.by_operation) == {"tanh": (2, 0)}


def test_a_running_profile_cannot_be_entered():
    with profile() as p:
        with pytest.raises(GraphError, match="running already"):
            p.__enter__()
        np.tanh(variable(1.0))
    assert counts(p.by_operation) == {"tanh": (1, 0)}
    assert_nothing_is_timed()


def test_all_threads_are_counted(monkeypatch):
    threads, steps = 8, 300
    ready = threading.Barrier(threads)

    def work():
        x = variable([1.0, 2.0])
        ready.wait()
        for _ in range(steps):
            np.sum(x * x).backward()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with profile() as p:
            workers = [threading.Thread(target=work) for _ in range(threads)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
    finally:
        sys.setswitchinterval(interval)
    n = threads * steps
    assert counts(p.by_operation) == {"multiply": (n, 2 * n), "sum": (n, n)}
    assert lines(p) == {"np.sum(x * x).backward()": (2 * n, 3 * n)}


def test_times_of_one_thread_are_not_those_of_another(clock, slow):
    inside, outside = threading.Event(), threading.Event()

    @primitive
    def waits(x):
        inside.set()
        outside.wait(60)
        return x + 0

    waits.defvjp(lambda g: g)
    x = variable(1.0)
    with profile() as p:
        thread = threading.Thread(target=lambda: waits(x))
        thread.start()
        assert inside.wait(60)
        slow(x)  # while the other computes, so that its 7 ns pass there too
        outside.set()
        thread.join()
    assert {row.name: row.forward_seconds for row in p.by_operation} == pytest.approx({"slow": 7e-9, "waits": 7e-9})


def test_tasks_and_generators():
    x = variable(1.0)

    async def task():
        for _ in range(5):
            np.tanh(x)
            await asyncio.sleep(0)

    async def both():
        await asyncio.gather(task(), task())

    def numbers():
        for _ in range(3):
            yield np.exp(x)

    with profile() as p:
        asyncio.run(both())
        for _ in numbers():
            np.sin(x)
    assert counts(p.by_operation) == {"tanh": (10, 0), "exp": (3, 0), "sin": (3, 0)}
    assert lines(p) == {"np.tanh(x)": (10, 0), "yield np.exp(x)": (3, 0), "np.sin(x)": (3, 0)}


# --------------------------------------------------------------------------------------------------- display

ROWS = [
    Row("a", 1, 4e-3, 1, 1e-3, 10, 0),
    Row("b", 2, 1e-3, 3, 2e-3, 20, 100),
    Row("c", 1, 2e-3, 2, 1.5e-3, 1000, 50),
]


@pytest.mark.parametrize(
    ("sort", "names"), [("total", "acb"), ("forward", "acb"), ("backward", "bca"), ("bytes", "cba")]
)
def test_rows_are_sorted(sort, names):
    assert "".join(row.name for row in profile(sort)._ordered(ROWS[::-1])) == names


def test_rows_of_all_tables_are_sorted_by_bytes():
    x = variable(np.ones(10))
    with profile(sort="bytes") as p:
        np.sum(x)
        np.tanh(np.tanh(x))
        np.exp(x[:5])
    assert [row.name for row in p.by_operation] == ["tanh", "exp", "sum", "getitem"]
    assert [row.source for row in p.by_line] == ["np.tanh(np.tanh(x))", "np.exp(x[:5])", "np.sum(x)"]


def test_another_order_is_refused():
    with pytest.raises(ValueError, match="sort must be one of 'total', 'forward', 'backward', 'bytes', got 'time'"):
        profile(sort="time")


def test_text_of_a_table():
    text = to_text("operation", ROWS[:2], Row("total", forward_seconds=6e-3, backward_seconds=4e-3))
    assert text.splitlines() == [
        "operation  calls  forward  VJP calls  backward  made  saved  share",
        "a              1  4.00 ms          1   1.00 ms  10 B      ·  50.0%",
        "b              2  1.00 ms          3   2.00 ms  20 B  100 B  30.0%",
    ]


def test_rows_beyond_twenty_are_summed_up():
    rows = [Row(f"line {i}", 1, 1e-3, 2, 0.0, 10, 0) for i in range(50)]
    total = Row("total", 50, 0.05)
    text = to_text("line", rows, total).splitlines()
    assert len(text) == 1 + 20
    assert text[-1].split() == ["…", "31", "more", "31", "31.0", "ms", "62", "·", "310", "B", "·", "62.0%"]
    assert to_html("line", rows, total).count("<tr>") == 1 + 20
    assert len(to_text("line", rows[:20], total).splitlines()) == 1 + 20


def test_long_lines_are_clipped():
    row = Row("/folder/model.py:12", 1, 1e-3, source="y = f(x)" + " + f(x)" * 50)
    cell = to_text("line", [row], row).splitlines()[1].split("  1")[0].rstrip()
    assert cell.startswith("model.py:12  y = f(x) + f(x)")
    assert cell.endswith("…")
    assert len(cell) == 72


def test_html_is_escaped():
    html = to_html("line", [Row("a.py:1", 1, 1e-3, source="a < b & c")], Row("total", forward_seconds=1e-3))
    assert '<td style="text-align: left">a.py:1  a &lt; b &amp; c</td>' in html
    assert '<td style="text-align: right">1.00 ms</td>' in html


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5e-9, "0.01 µs"),
        (1.234e-6, "1.23 µs"),
        (9.996e-6, "10.0 µs"),
        (1.5e-4, "150 µs"),
        (9.996e-4, "1.00 ms"),
        (0.0123, "12.3 ms"),
        (2.0, "2.00 s"),
        (1234.5, "1234 s"),
    ],
)
def test_times_have_readable_units(seconds, text):
    assert time_text(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_950, "1.0 MB"), (2 * 10**9, "2.0 GB")]
)
def test_bytes_have_readable_units(count, text):
    assert bytes_text(count) == text


def test_printed_profile_has_the_three_tables(network):
    model, criterion, x, labels = network
    with profile() as p:
        criterion(model(x), labels).backward()
    headline, *tables = str(p).split("\n\n")
    assert headline.startswith("profile: ")
    assert headline.endswith("164 B made, 304 B saved for backward")
    assert [table.split()[0] for table in tables] == ["operation", "module", "line"]
    assert "test_profiler.py:" in tables[2]
    assert "  criterion(model(x), labels).backward()  " in tables[2]
    assert repr(p) == str(p)
    html = p._repr_html_()
    assert html.count("<table>") == html.count("</table>") == 3
    assert "0 (Linear)" in html


def test_an_empty_profile_says_so():
    with profile() as p:
        pass
    assert str(p) == str(profile()) == "profile: no operation was applied to a Tensor"
    assert p._repr_html_().startswith("<p>")


def test_dict_survives_json(network):
    model, criterion, x, labels = network
    with profile() as p:
        criterion(model(x), labels).backward()
    found = json.loads(json.dumps(p.to_dict()))
    assert found["wall_seconds"] == p.wall_seconds
    assert found["total"]["calls"] == 4
    (linear,) = [row for row in found["by_operation"] if row["name"] == "linear"]
    assert (linear["calls"], linear["backward_calls"], linear["bytes_made"]) == (2, 5, 100)
    assert {row["name"] for row in found["by_module"]} == {row.name for row in p.by_module}
    assert {row["source"] for row in found["by_line"]} == {"criterion(model(x), labels).backward()"}


def test_rows_are_immutable_and_up_to_now():
    x = variable(1.0)
    with profile() as p:
        np.tanh(x)
        rows = p.by_operation
        np.tanh(x)
        assert (rows[0].calls, p.by_operation[0].calls) == (1, 2)
        assert p.by_line != ()
    with pytest.raises(AttributeError):
        rows[0].calls = 3


def test_every_overload_that_profiling_times_is_of_a_primitive():
    use_everything()
    with profile():
        timed = {function for function, implementation in overloads.items() if is_timed(implementation)}
        assert timed == {function for each in compiled for function in each.computes} | set(undifferentiated)
        assert np.tanh in timed or elementwise.tanh not in compiled
        assert all(isinstance(each, Primitive) for each in compiled)
    assert {indexing.getitem, shaping.join} <= set(compiled)
