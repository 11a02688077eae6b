"""What a graph keeps alive: only what its VJPs name, no longer than the sweep needs it, and never in a cycle."""

import gc
import weakref
from contextlib import contextmanager

import numpy as np
import pytest

import autograd
from autograd import Tensor, no_grad, primitive


def variable(values=(1.0, 2.0, 3.0)):
    return Tensor(np.array(values, float), requires_grad=True)


@contextmanager
def collector_off():
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: np.sum(np.tanh(x) * x[::2].sum()).backward(),
        lambda x: np.sum(np.concatenate([x, x]) ** 2).backward(retain_graph=True),
        lambda x: autograd.grad(lambda v: np.sum(np.sin(v)))(x.data),
        lambda x: autograd.hessian(lambda v: np.sum(np.sin(v) * x))(x.data),
        lambda x: autograd.jvp(np.exp, (x.data,), (x.data,)),
        lambda x: autograd.vjp(np.exp, x)[1](x.data),
    ],
    ids=["backward", "retained", "grad", "hessian", "jvp", "vjp"],
)
def test_nothing_is_left_for_the_garbage_collector(compute):
    x = variable()
    with collector_off():
        compute(x)
        assert gc.collect() == 0


def test_dropping_the_loss_frees_the_graph_at_once():
    with collector_off():
        loss = np.sum(np.exp(variable()))
        node = weakref.ref(loss._node.inputs[0])
        assert node() is not None
        del loss
        assert node() is None


def test_a_graph_does_not_keep_its_tensors():
    x = variable()
    y = np.exp(x)
    loss = np.sum(y)
    tensor = weakref.ref(y)
    del y
    assert tensor() is None
    loss.backward()
    np.testing.assert_array_equal(x.grad, np.exp(x.data))


def test_an_array_that_no_vjp_needs_dies_during_the_forward_pass():
    middle = variable() + 1.0
    array = weakref.ref(middle.data)
    loss = np.sum(middle + 2.0)
    del middle
    assert array() is None
    assert loss.requires_grad


def test_an_operand_whose_partner_is_constant_is_not_kept():
    middle = variable() + 1.0
    array = weakref.ref(middle.data)
    loss = np.sum(middle * np.ones(3))
    del middle
    assert array() is None
    assert loss.requires_grad


@pytest.mark.parametrize("retain_graph", [False, True])
def test_saved_arrays_are_freed_as_the_sweep_passes_them(retain_graph):
    alive = []

    @primitive
    def watch(x):
        return x + 0.0

    def watch_vjp(g):
        alive.append(late() is not None)
        return g

    watch.defvjp(watch_vjp)
    x = variable()
    y = np.exp(watch(np.exp(x)))
    late = weakref.ref(y.data)
    loss = np.sum(y)
    del y
    loss.backward(retain_graph=retain_graph)
    assert alive == [retain_graph]
    assert (late() is not None) is retain_graph


def test_nothing_is_recorded_under_no_grad():
    x = variable()
    with no_grad():
        y = np.exp(x)
    assert y._node is None
