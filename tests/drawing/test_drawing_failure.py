"""What `on_error` draws when a block raises, and that it changes nothing else."""

import gc
import re
import sys
import threading
import traceback
import types
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest

import nn
from autograd import Journal, ShapeError, Tensor, in_region, no_grad, observe, ops
from autograd.drawing.drawing import Drawing
from autograd.drawing.failure import on_error
from autograd.drawing.failure.culprit import Recorder
from autograd.drawing.picture.render import RenderError


def variable(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def failing(block, *arguments, **options):
    """Return what `on_error` saw and the exception of ``block()``, which must raise."""
    try:
        with on_error(*arguments, **options) as failure:
            block()
    except Exception as error:
        return failure, error
    raise AssertionError("the block did not raise")


def drawn(block, **options):
    """Return the model that is drawn when ``block()`` raises."""
    return failing(block, **options)[0].drawing.model


def failed(model):
    return [operation.name for operation in model.operations if any(mark.kind == "failed" for mark in operation.marks)]


def into(model, name):
    """Return what flows into a node: source, shape, position, whether a gradient flows back."""
    return [(e.source, e.array.shape, e.position, e.has_gradient) for e in model.edges if e.target == name]


class Block(nn.Module):
    """Computes with a layer, and then does what it was given."""

    def __init__(self, then):
        self.inner = nn.Linear(4, 8, rng=0)
        self.then = then

    def forward(self, x):
        return self.then(self.inner(x))


class Careful(nn.Module):
    def forward(self, x, scale=1.0):
        raise ValueError("first line\nsecond line")


# ------------------------------------------------------------------------------------------------ operations


def test_the_failing_operation_is_drawn_with_the_shapes_that_clash():
    x, w = variable(5, 3), variable(3, 8)
    model = drawn(lambda: np.tanh(x @ w) @ w)
    assert [o.name for o in model.operations] == ["matmul_1", "tanh_1", "matmul_2"]
    assert failed(model) == ["matmul_2"]
    assert into(model, "matmul_2") == [("tanh_1", (5, 8), 0, True), ("x_2", (3, 8), 1, True)]
    assert model.outputs == ()
    assert model.total.operations == 3


def test_the_mark_says_the_first_line_of_the_message():
    model = drawn(lambda: variable(2) + variable(3))
    assert [mark.text for mark in model.operations[-1].marks] == [
        "add: shapes (2,) and (3,) do not broadcast at axis -1 (2 vs 3) (x1: (2,) float64, x2: (3,) float64)"
    ]
    assert model.notes[-1].startswith("ShapeError: add: shapes (2,) and (3,)")


def test_constants_scalars_and_options_of_the_failing_operation_are_drawn():
    w = variable(3, 8)
    model = drawn(lambda: np.ones((5, 4)) @ w)
    assert into(model, "matmul_1") == [("constant_1", (5, 4), 0, False), ("x_1", (3, 8), 1, True)]
    model = drawn(lambda: np.add(w, [1.0, 2.0]))
    assert into(model, "add_1") == [("x_1", (3, 8), 0, True), ("constant_1", (2,), 1, False)]
    assert drawn(lambda: np.sum(w, axis=4)).operations[-1].options == (("axis", "4"),)
    model = drawn(lambda: np.concatenate([w, np.ones((2, 7)), w]))
    assert into(model, "concatenate_1") == [
        ("x_1", (3, 8), 0, True),
        ("constant_1", (2, 7), 1, False),
        ("x_1", (3, 8), 2, True),
    ]


def test_the_same_constant_is_one_node_for_all_operations():
    x, c = variable(3, 3), np.ones((3, 3))
    model = drawn(lambda: np.concatenate([x @ c, c, np.ones(3)]))
    assert [(leaf.name, leaf.output.shape) for leaf in model.leaves if leaf.kind == "constant"] == [
        ("constant_1", (3, 3)),
        ("constant_2", (3,)),
    ]


def test_an_operation_without_derivative_fails_too():
    model = drawn(lambda: np.greater(np.exp(variable(2)), np.ones(3)))
    assert failed(model) == ["greater_1"]
    assert into(model, "greater_1") == [("exp_1", (2,), 0, True), ("constant_1", (3,), 1, False)]


def test_arguments_that_an_operation_does_not_take_are_drawn():
    model = drawn(lambda: ops.sigmoid(variable(2), variable(3)))
    assert failed(model) == ["sigmoid_1"]
    assert [shape for _, shape, _, _ in into(model, "sigmoid_1")] == [(2,), (3,)]


def test_without_a_recording_the_failing_operation_stands_alone():
    def block():
        with no_grad():
            np.exp(Tensor(np.ones(2))) @ Tensor(np.ones(3))

    model = drawn(block)
    assert [o.name for o in model.operations] == ["matmul_1"]
    assert into(model, "matmul_1") == [("constant_1", (2,), 0, False), ("constant_2", (3,), 1, False)]


def test_the_line_is_the_users_also_where_cleaning_up_moved_on():
    w = variable(3, 8)
    with suppress(ShapeError), on_error() as failure:
        y = np.tanh(w)
        y @ w  # this line
    place = failure.drawing.model.operations[-1].place
    assert place.code == "y @ w  # this line"
    assert place.file.endswith("test_drawing_failure.py")


def test_inside_a_journal_every_operation_has_its_line():
    w = variable(3, 8)

    def block():
        with Journal():
            y = np.tanh(w)
            y @ w

    assert [o.place.code for o in drawn(block).operations] == ["y = np.tanh(w)", "y @ w"]


def test_given_names_are_used():
    w = variable(3, 8)
    failure, error = failing(lambda: np.ones((5, 4)) @ w, names={"w": w})
    assert [leaf.label for leaf in failure.drawing.model.leaves] == ["w", None]
    assert "constant_1 (5, 4) @ w (3, 8)" in error.__notes__[0]


def test_an_operation_that_was_caught_is_not_to_blame():
    x = variable(2)

    def block():
        with suppress(ShapeError):
            x + variable(3)
        np.exp(x)[5]

    assert failed(drawn(block)) == ["getitem_1"]


def test_an_operation_that_fails_in_place_of_another_is_to_blame():
    x = variable(2)

    def block():
        try:
            x + variable(3)
        except ShapeError:
            np.exp(x)[5]

    assert failed(drawn(block)) == ["getitem_1"]


def test_an_operation_whose_error_was_replaced_is_to_blame():
    def block():
        try:
            variable(2) + variable(3)
        except ShapeError:
            raise RuntimeError("bad batch") from None

    model = drawn(block)
    assert failed(model) == ["add_1"]
    assert model.operations[-1].marks[0].text == "bad batch"


def test_an_operation_of_another_thread_is_to_blame_where_its_error_arrives():
    with ThreadPoolExecutor(1) as pool:
        model = drawn(lambda: pool.submit(lambda: variable(2) + variable(3)).result())
    assert failed(model) == ["add_1"]


# ------------------------------------------------------------------------------------------------ modules


def test_a_layer_given_a_wrong_number_of_features_is_drawn_with_both_shapes():
    network = nn.Sequential(nn.Linear(784, 128, rng=0), nn.ReLU(), nn.Linear(128, 10, rng=0))
    failure, error = failing(lambda: network(np.zeros((5, 783), np.float32)))
    model = failure.drawing.model
    assert failed(model) == ["linear_1"]
    assert [(shape, gradient) for _, shape, _, gradient in into(model, "linear_1")] == [
        ((5, 783), False),
        ((128, 784), True),
        ((128,), True),
    ]
    assert {leaf.label for leaf in model.leaves} == {"x", "0.weight", "0.bias"}
    region = model.regions[model.operations[-1].region]
    assert (region.caption, model.regions[region.parent].caption) == ("0 Linear(784 → 128)", "Sequential")
    assert re.match(r"linear_1 in 0 \(Linear\) at \S*test_drawing_failure.py:\d+: linear\(x \(5, 783\)", _note(error))


def test_modules_that_were_under_way_are_around_what_they_computed():
    model = drawn(lambda: Block(lambda h: h @ h)(np.zeros((3, 4), np.float32)))
    captions = [[model.regions[r].caption for r in model.ancestors(o.region)] for o in model.operations]
    assert captions == [["inner Linear(4 → 8)", "Block"], ["Block"]]
    assert failed(model) == ["matmul_1"]


def test_a_module_that_raised_before_it_computed_anything_is_drawn_as_what_failed():
    model = drawn(lambda: Block(lambda h: Careful()(h, scale=2.0))(np.zeros((3, 4), np.float32)))
    assert failed(model) == ["Careful_1"]
    assert into(model, "Careful_1") == [("linear_1", (3, 8), 0, True)]
    assert model.operations[-1].options == (("scale", "2"),)
    assert model.operations[-1].marks[0].text == "first line"
    assert model.operations[-1].vjps == ()


def test_plain_python_that_raises_shows_the_results_so_far_and_the_module():
    def then(h):
        self.results = np.tanh(h), np.exp(h)
        raise KeyError("oops")

    self = types.SimpleNamespace()
    failure, error = failing(lambda: Block(then)(np.zeros((3, 4), np.float32)))
    model = failure.drawing.model
    assert failed(model) == []
    assert [o.name for o in model.operations] == ["linear_1", "tanh_1", "exp_1"]
    assert {(e.source, e.target) for e in model.edges if e.target.startswith("output")} == {
        ("tanh_1", "output_1"),
        ("exp_1", "output_2"),
    }
    assert model.regions[model.operations[1].region].kind == "Block"
    assert model.notes[-1] == "KeyError: 'oops'"
    assert _note(error).startswith("raised after exp_1 in Block at ")


def test_results_of_an_earlier_step_are_not_drawn():
    x, losses = variable(2), []

    def block():
        for _ in range(3):
            losses.append(np.sum(np.exp(x)))
            losses[-1].backward()
        kept = np.tanh(x)
        raise RuntimeError(str(kept.shape))

    assert [o.name for o in drawn(block).operations] == ["tanh_1"]


def test_results_of_other_threads_are_not_drawn():
    x, others = variable(2), []

    def block():
        other = threading.Thread(target=lambda: others.append(np.exp(x)))
        other.start()
        other.join()
        kept = np.tanh(x)
        raise RuntimeError(str(kept.shape))

    assert [o.name for o in drawn(block).operations] == ["tanh_1"]
    assert len(others) == 1


def test_without_any_operation_nothing_is_drawn():
    failure, error = failing(lambda: 1 / 0)
    assert failure.drawing is None
    assert _note(error) == "on_error: nothing to draw: no operation had been recorded"


# ------------------------------------------------------------------------------------------------ the exception


def _note(error):
    (note,) = error.__notes__
    return note


def test_nothing_happens_without_an_exception(tmp_path):
    with on_error(tmp_path / "failed.svg") as failure:
        np.exp(variable(2))
    assert failure.drawing is None
    assert list(tmp_path.iterdir()) == []
    assert observe._observers == ()


def test_the_exception_is_the_same_with_the_same_traceback():
    x, y = variable(2), variable(3)

    def block():
        x + y

    def watched():
        with on_error():
            try:
                block()
            except ShapeError as error:
                seen.append((error, frames(error)))
                raise

    def frames(error):
        return [(frame.f_code.co_name, line) for frame, line in traceback.walk_tb(error.__traceback__)]

    seen = []
    with pytest.raises(ShapeError) as raised:
        watched()
    ((error, before),) = seen
    assert raised.value is error
    assert frames(error)[-len(before) + 1 :] == before[1:]
    assert {name for name, _ in frames(error)} == {
        "test_the_exception_is_the_same_with_the_same_traceback",
        *(name for name, _ in before),
    }


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_leaving_is_no_failure(kind):
    def block():
        results.append(np.exp(variable(2)))
        raise kind

    results = []
    with pytest.raises(kind) as raised, on_error() as failure:
        block()
    assert failure.drawing is None
    assert not hasattr(raised.value, "__notes__")
    assert observe._observers == ()


def test_blocks_in_each_other_draw_for_themselves_and_say_the_same_once(tmp_path):
    with pytest.raises(ShapeError) as raised, on_error() as outer, on_error() as inner:
        variable(2) + variable(3)
    assert str(outer.drawing) == str(inner.drawing)
    assert len(raised.value.__notes__) == 1
    with pytest.raises(ShapeError) as raised, on_error(tmp_path / "a.txt"), on_error(tmp_path / "b.txt"):
        variable(2) + variable(3)
    assert [note.rpartition(" in ")[2] for note in raised.value.__notes__] == [
        str(tmp_path / "b.txt"),
        str(tmp_path / "a.txt"),
    ]


def test_it_decorates_functions_that_are_called_again():
    @on_error()
    def step(y):
        return np.exp(variable(2)) + y

    assert step(variable(2)).shape == (2,)
    for _ in range(2):
        with pytest.raises(ShapeError) as raised:
            step(variable(3))
        assert "add_1" in _note(raised.value)


def test_nothing_is_kept_alive():
    x = variable(2)
    node = weakref.ref(x._node)
    gc.disable()
    try:
        try:
            with on_error() as failure:
                np.exp(x) + variable(3)
        except ShapeError:
            pass
        del x
        assert node() is None
    finally:
        gc.enable()
    assert failure.drawing is not None


def test_the_graph_is_left_as_it_was():
    x = variable(3, 3)
    y = np.exp(x)
    node, regions = y._node, y._node.regions
    failing(lambda: in_region(Careful(), lambda: y + variable(2)))
    assert (y._node, y._node.regions) == (node, regions)
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, np.exp(np.ones((3, 3))))


# ------------------------------------------------------------------------------------------------ where it goes


def test_the_drawing_is_saved_and_the_note_says_where(tmp_path):
    path = tmp_path / "failed.dot"
    failure, error = failing(lambda: variable(5, 4) @ variable(3, 8), path)
    assert path.read_text() == failure.drawing.source
    first, second = _note(error).splitlines()
    assert re.fullmatch(r"matmul_1 at \S*test_drawing_failure.py:\d+: x_1 \(5, 4\) @ x_2 \(3, 8\)", first)
    assert second == f"drawn up to matmul_1, in {path}"


def test_what_cannot_be_laid_out_is_saved_as_dot(tmp_path, monkeypatch):
    def no_engine(*_):
        raise RenderError("draw: SVG needs a layout engine; install one")

    monkeypatch.setattr(Drawing, "_render", no_engine)
    failure, error = failing(lambda: variable(2) + variable(3), tmp_path / "failed.svg")
    assert (tmp_path / "failed.dot").read_text() == failure.drawing.source
    assert _note(error).endswith(f"in {tmp_path / 'failed.dot'}: draw: SVG needs a layout engine; install one")


def test_what_cannot_be_saved_does_not_mask_the_exception(tmp_path):
    _, error = failing(lambda: variable(2) + variable(3), tmp_path / "nowhere" / "failed.txt")
    assert isinstance(error, ShapeError)
    assert "drawn up to add_1, but not saved: save: the directory" in _note(error)


def test_what_cannot_be_drawn_does_not_mask_the_exception(monkeypatch):
    def fail(*_):
        raise RuntimeError("no picture today")

    monkeypatch.setattr("autograd.drawing.failure.context.failed_model", fail)
    failure, error = failing(lambda: variable(2) + variable(3))
    assert isinstance(error, ShapeError)
    assert failure.drawing is None
    assert _note(error) == "on_error: cannot draw what failed: no picture today"


def test_an_unknown_format_is_refused_before_the_block_runs(tmp_path):
    refusal = pytest.raises(ValueError, match=r"on_error: cannot tell the format of '.*failed.jpg'")
    with refusal, on_error(tmp_path / "failed.jpg"):
        raise AssertionError("not reached")


def test_without_a_path_the_note_has_the_end_of_the_text():
    def block():
        y = variable(2)
        for _ in range(30):
            y = np.tanh(y)
        return y + variable(3)

    failure, error = failing(block)
    first, dots, *lines = _note(error).splitlines()
    assert first.startswith("add_1 at ")
    assert dots == "..."
    assert lines == str(failure.drawing).splitlines()[-12:]


def test_a_notebook_shows_the_drawing(monkeypatch):
    shown = []
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=shown.append))
    failure, error = failing(lambda: variable(2) + variable(3))
    assert shown == [failure.drawing]
    assert len(_note(error).splitlines()) == 1
    shell.kernel = None  # a terminal
    failing(lambda: variable(2) + variable(3))
    assert len(shown) == 1


def test_the_recorder_forgets_results_that_are_gone():
    recorder = Recorder()
    with observe.observing(recorder):
        y = np.exp(np.exp(variable(2)))
        del y
        kept = np.tanh(variable(2))
    assert recorder.results() == [kept._node]
