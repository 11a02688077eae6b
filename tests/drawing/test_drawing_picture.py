"""The DOT text, the text for terminals, and pictures that Graphviz really lays out."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd
from autograd import Tensor, in_region, ops
from autograd.drawing import RenderError, draw
from autograd.drawing.notation import bytes_text
from autograd.drawing.picture import render
from autograd.errors import AutogradError

HAS_ENGINE = shutil.which("dot") is not None or importlib.util.find_spec("pygraphviz") is not None
needs_engine = pytest.mark.skipif(not HAS_ENGINE, reason="no Graphviz and no pygraphviz")

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    '"quoted"',
    "<b>bold</b>",
    "two\nlines",
    "back\\slash\\N\\",
    r"\\N \G \L",
    "&amp; &",
    "日本 ∂",
    "cluster-1",
    "a:b",
    "<x>",
    "\x00]>",
]


class Linear:
    def __init__(self, rows, columns):
        rng = np.random.default_rng(0)
        self.weight = Tensor(rng.normal(size=(rows, columns)), requires_grad=True)
        self.bias = Tensor(np.zeros(rows), requires_grad=True)

    def __call__(self, x):
        return in_region(self, lambda: ops.linear(x, self.weight, self.bias))

    def extra_repr(self):
        return "in_features={1}, out_features={0}, bias=True".format(*self.weight.shape)


def drawing():
    first, second = Linear(8, 4), Linear(3, 8)
    x, labels = np.ones((5, 4)), np.array([0, 1, 2, 0, 1])
    logits = second(np.tanh(first(x)))
    loss = ops.cross_entropy(logits, labels, np.full(5, 0.2))
    return draw(loss, names={"x": x, "labels": labels})


def texts(svg):
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def titles(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]


# ------------------------------------------------------------------------------------------------- DOT and text


def test_source_is_the_same_in_every_process():
    program = (
        "import hashlib, numpy as np; from autograd import Tensor; from autograd.drawing import draw\n"
        "x, c = Tensor([1.0, 2.0], requires_grad=True), np.ones(2)\n"
        "y = np.exp(x) * c + np.sin(x) / c\n"
        "print(hashlib.sha256(draw(y @ y).source.encode()).hexdigest())"
    )
    root = str(Path(autograd.__file__).parents[1])
    seen = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root}
        seen.add(
            subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True).stdout
        )
    x, c = Tensor([1.0, 2.0], requires_grad=True), np.ones(2)
    y = np.exp(x) * c + np.sin(x) / c
    assert seen == {f"{hashlib.sha256(draw(y @ y).source.encode()).hexdigest()}\n".encode()}


def test_source_holds_no_address_and_no_record_shape():
    source = drawing().source
    assert "0x" not in source
    assert "record" not in source


def test_operations_are_mathematics():
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    source = draw(np.sum(np.sqrt(np.exp(x) @ x) ** 2 * 3.0 - x / 4.0 + 5.0, axis=1)).source
    for formula in ("eˣ", "@", "√", "x²", "× 3", "−", "÷ 4", "+ c", "Σ"):
        assert f"<{formula}>" in source or f"<{formula}  <font" in source
    assert "axis 1" in source


def test_linear_without_bias_shows_none():
    x, w = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(np.ones((4, 3)), requires_grad=True)
    assert "<x Wᵀ>" in draw(ops.linear(x, w)).source


def test_box_around_a_module_but_not_around_a_single_operation():
    class Tanh:
        def __call__(self, x):
            return in_region(self, lambda: np.tanh(x))

    linear = Linear(3, 4)
    source = draw(Tanh()(linear(np.ones((5, 4))))).source
    assert "subgraph cluster_Linear_1" in source
    assert "cluster_Tanh" not in source


def test_constants_are_dashed_and_gradients_solid():
    lines = drawing().source.splitlines()
    dashed = [line.split()[0] for line in lines if "->" in line and "style=dashed" in line]
    constants = [line.split()[0] for line in lines if "constant_" in line and "->" in line]
    assert set(constants) <= set(dashed)
    assert set(dashed) - set(constants) == {"into_linear_1"}  # the second half of the line from x


def test_dtype_is_said_once_and_where_it_differs():
    source = drawing().source
    assert source.count("float64 unless noted") == 1
    assert ">5 int64<" in source
    assert ">5 × 4<" in source


def test_text_lists_operations_by_module():
    lines = [re.sub(r"(?<=\S)  +", " | ", line) for line in str(drawing()).splitlines()]
    assert lines[:-1] == [
        "Computation graph: 4 operations, 6 arrays, float64 unless noted",
        "Linear(4 → 8)",
        "  linear_1 | x Wᵀ + b | 5 × 8 | ← x (5 × 4), weight (8 × 4), bias (8)",
        "tanh_1 | tanh | 5 × 8 | ← linear_1",
        "Linear(8 → 3)",
        "  linear_2 | x Wᵀ + b | 5 × 3 | ← tanh_1, weight (3 × 8), bias (3)",
        "cross_entropy_1 | cross_entropy | ← linear_2, labels (5)",
    ]
    assert re.fullmatch(r"loss \| \d\.\d+ \| ← cross_entropy_1", lines[-1])


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1.5e6, "1.5 MB"), (2e12, "2 TB")]
)
def test_bytes_have_a_unit(count, text):
    assert bytes_text(int(count)) == text


# ------------------------------------------------------------------------------------------------- pictures


@needs_engine
def test_svg_stands_alone_with_a_title_for_every_node():
    svg = drawing().svg()
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    assert "max-width: 100%" in root.get("style")
    assert root[0].tag == f"{SVG}title"
    found = titles(svg)
    start = "linear_1\nLinear(4 → 8)\nshape (5, 8), float64, 320 B\nsaved for the backward pass: 160 B\n∂x = g weight\n"
    assert any(title.startswith(start) for title in found)
    assert "weight\nparameter\nshape (8, 4), float64, 256 B" in found
    assert "http" not in svg.replace("http://www.w3.org/", "")
    assert not any(element.get("id") for element in root.iter())
    assert not list(root.iter(f"{SVG}a"))


@needs_engine
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive(name):
    x, c = Tensor(np.ones(2), requires_grad=True), np.array([1.0, 2.0])
    module = Linear(2, 2)
    module.extra_repr = lambda: name
    vars(module)[name] = module.weight
    del module.weight
    module.weight = vars(module)[name]
    y = module(x * c)
    svg = draw(y * 2, names={name: x, f"c{name}": c, f"y{name}": y}).svg()
    shown = " ".join(name.replace("\x00", "�").split())
    joined = "".join(texts(svg)).replace("\xa0", " ")
    for expected in (shown, f"c{shown}", f"y{shown}", f"Linear({shown})"):
        assert expected in joined
    assert f"{shown}\nvariable\nshape (2,), float64, 16 B" in titles(svg)
    assert f"{shown}\nparameter\nshape (2, 2), float64, 32 B" in titles(svg)


@needs_engine
def test_blank_name_can_be_drawn():
    x = Tensor(1.0, requires_grad=True)
    y = x * 2
    assert "variable\nshape (), float64, 8 B" in titles(draw(np.exp(y), names={" ": x, "\n": y}).svg())


@needs_engine
def test_long_name_is_shortened_in_the_label_and_whole_in_the_title():
    x = Tensor(np.ones(2), requires_grad=True)
    svg = draw(x * 2, names={"a" * 300 + "z": x}).svg()
    assert not any("a" * 41 in text for text in texts(svg))
    assert any(text.endswith("az") for text in texts(svg))
    assert any("a" * 300 + "z" in (title or "") for title in titles(svg))


@needs_engine
def test_chain_of_10_000_operations_is_drawn():
    y = Tensor(np.ones(2), requires_grad=True)
    for _ in range(10_000):
        y = np.tanh(y)
    assert "repeated × 10,000" in texts(draw(y).svg())


@needs_engine
def test_operation_with_a_name_that_is_no_identifier():
    from autograd import primitive

    x = Tensor(np.ones(2), requires_grad=True)
    odd = primitive(lambda x: x * 2).defvjp(lambda g: g * 2)
    svg = draw(odd(x)).svg()
    assert "<lambda>" in texts(svg)
    assert 'data-name="lambda_1"' in svg


@needs_engine
@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG\r\n\x1a\n"), ("pdf", b"%PDF-"), ("svg", b"<?xml")])
def test_saved_pictures_are_what_their_extension_says(tmp_path, kind, magic):
    path = tmp_path / f"graph.{kind}"
    drawing().save(path)
    assert path.read_bytes().startswith(magic)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@needs_engine
def test_notebook_shows_svg_and_text():
    bundle = drawing()._repr_mimebundle_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag == f"{SVG}svg"
    assert bundle["text/plain"] == str(drawing())


# ------------------------------------------------------------------------------------------------- without an engine


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_one_sentence_says_what_to_install(tmp_path):
    for kind in ("svg", "png", "pdf"):
        with pytest.raises(RenderError, match=r"pip install 'chainrule\[draw\]'.*'dot'"):
            drawing().save(tmp_path / f"graph.{kind}")
    assert not list(tmp_path.iterdir())
    assert issubclass(RenderError, AutogradError)
    assert issubclass(RenderError, RuntimeError)


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_dot_text_and_json_work(tmp_path):
    picture = drawing()
    for kind, start in (("dot", "digraph"), ("txt", "Computation graph"), ("json", "{")):
        picture.save(tmp_path / f"graph.{kind}")
        assert (tmp_path / f"graph.{kind}").read_text("utf-8").startswith(start)


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_a_notebook_shows_text_and_the_reason():
    bundle = drawing()._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert str(drawing()) in bundle["text/plain"]
    assert "pip install" in bundle["text/plain"]
    assert drawing()._repr_svg_() is None


@pytest.mark.skipif(importlib.util.find_spec("pygraphviz") is None, reason="no pygraphviz")
def test_pygraphviz_alone_is_enough(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert ElementTree.fromstring(drawing().svg()).tag == f"{SVG}svg"


def fake_dot(directory, script):
    program = directory / "dot"
    program.write_text(f"#!{sys.executable}\n{script}\n")
    program.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for dot is a script")
def test_program_dot_on_the_path_is_preferred(monkeypatch, tmp_path):
    fake_dot(
        tmp_path, "import sys; print(f'<svg xmlns=\"http://www.w3.org/2000/svg\"><text>{sys.argv[1]}</text></svg>')"
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert texts(drawing().svg()) == ["-Tsvg"]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for dot is a script")
def test_failing_layout_says_what_the_engine_said(monkeypatch, tmp_path):
    fake_dot(tmp_path, "import sys; sys.exit('Error: syntax error in line 1')")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="layout by dot failed: Error: syntax error in line 1"):
        drawing().svg()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for dot is a script")
def test_slow_layout_is_stopped(monkeypatch, tmp_path):
    fake_dot(tmp_path, "import time; time.sleep(60)")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match=r"took longer than 0.3 s"):
        render.render("digraph {}", "svg", timeout=0.3)


def test_slow_layout_is_tried_again_folded_more(monkeypatch):
    y = Tensor(np.ones(2), requires_grad=True)
    for i in range(50):
        y = np.tanh(y) * (1 + i)
    tried = []

    def slow(source, kind):
        tried.append(source)
        if len(tried) == 1:
            raise render.LayoutTimeoutError("slow")
        return b"<svg/>"

    monkeypatch.setattr("autograd.drawing.drawing.render", slow)
    ElementTree.fromstring(draw(y).svg())
    assert "84 operations" not in tried[0]
    assert "… 84 operations …" in tried[1]
    assert "16 of 100 operations shown" in tried[1]
    assert "drawn smaller, as the layout of 102 nodes took longer than 10 s" in tried[1]


# ------------------------------------------------------------------------------------------------- files


def test_unknown_extension_lists_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match=r"'.*graph.gif'; end it with .svg, .png, .pdf, .dot, .txt, .json"):
        drawing().save(tmp_path / "graph.gif")


def test_missing_directory_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"directory '.*nowhere' does not exist"):
        drawing().save(tmp_path / "nowhere" / "graph.dot")


def test_failed_write_leaves_the_old_file(monkeypatch, tmp_path):
    path = tmp_path / "graph.dot"
    path.write_text("old")

    def fail(source, target):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        drawing().save(path)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("graph.dot", "old")]
