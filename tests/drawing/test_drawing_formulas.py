"""VJPs as mathematics, against formulas from any table of derivatives and against their values."""

import ast
import functools
import gc
import importlib.util
import linecache
import os
import re
import subprocess
import sys
import weakref
from fractions import Fraction
from types import ModuleType

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from autograd import Primitive, ops, primitive
from autograd.drawing.formulas import vjp_formulas
from autograd.drawing.formulas.mathematics import write_expression
from autograd.ops import contraction, elementwise, neural, reductions, statistics

TABLES = [table for table in vars(ops).values() if isinstance(table, ModuleType)]
PRIMITIVES = [rule for table in TABLES for rule in vars(table).values() if isinstance(rule, Primitive)]


def formulas_of(*vjps, function=lambda x, w: x * w):
    return vjp_formulas(primitive(function, name="product").defvjp(*vjps))


def written(text):
    return write_expression(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("rule", PRIMITIVES, ids=lambda rule: rule.name)
def test_every_primitive_of_the_library_has_formulas(rule):
    formulas = vjp_formulas(rule)
    assert len(formulas) == len(rule.vjps) > 0
    for formula in formulas:
        assert re.match(r"∂\w+(\[index\])?( =|:) \S", formula)
        assert not re.search(r"lambda|np\.|\*|unless|restore|  ", formula)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (elementwise.subtract, ["∂x₁ = g", "∂x₂ = −g"]),
        (elementwise.multiply, ["∂x₁ = g · x₂", "∂x₂ = g · x₁"]),
        (elementwise.divide, ["∂x₁ = g ⁄ x₂", "∂x₂ = −g · x₁ ⁄ x₂²"]),
        (elementwise.reciprocal, ["∂x = −g ⁄ x²"]),
        (elementwise.square, ["∂x = g · 2x"]),
        (elementwise.sqrt, ["∂x = g ⁄ (2y)"]),
        (elementwise.cbrt, ["∂x = g ⁄ (3y²)"]),
        (elementwise.exp, ["∂x = g · y"]),
        (elementwise.log, ["∂x = g ⁄ x"]),
        (elementwise.log10, ["∂x = g ⁄ (x · ln(10))"]),
        (elementwise.log1p, ["∂x = g ⁄ (1 + x)"]),
        (elementwise.sin, ["∂x = g · cos(x)"]),
        (elementwise.cos, ["∂x = −g · sin(x)"]),
        (elementwise.tanh, ["∂x = g · (1 − y²)"]),
        (elementwise.arcsin, ["∂x = g ⁄ √(1 − x²)"]),
        (elementwise.arctan, ["∂x = g ⁄ (1 + x²)"]),
        (elementwise.deg2rad, ["∂x = g · π ⁄ 180"]),
        (elementwise.where, ["∂x₁ = where(condition, g, 0)", "∂x₂ = where(condition, 0, g)"]),
        (neural.sigmoid, ["∂x = g · y · (1 − y)"]),
        (neural.relu, ["∂x = g · (y > 0)"]),
        (neural.softmax, ["∂x = y · (g − Σ(y · g))"]),
        (neural.log_softmax, ["∂x = g − exp(y) · Σ g"]),
        (
            reductions.mean,
            ["∂a: 1/n · g for each of the n elements; a mean of none of them is NaN and depends on nothing"],
        ),
        (statistics.variance, ["∂a = g · 2 · (a − mean(a)) ⁄ (n − ddof)"]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_formula_is_that_of_a_table_of_derivatives(rule, expected):
    assert list(vjp_formulas(rule)) == expected


def test_linear_map_is_written_with_matrices():
    assert vjp_formulas(neural.linear)[0] == "∂x = g weight"


def test_vjp_of_any_number_of_arguments_says_so():
    assert vjp_formulas(contraction.contract)[0].startswith("∂operands[index]: Contract the cotangent")


# ------------------------------------------------------------------------------------------------- mathematics

NUMBERS = {"g": Fraction(5, 3), "x": Fraction(-7, 2), "y": Fraction(11, 13)}


def combined(inner):
    pairs = st.tuples(inner, st.sampled_from("+-*/"), inner).map("({0[0]} {0[1]} {0[2]})".format)
    powers = st.tuples(inner, st.integers(-2, 3)).map("({0[0]} ** {0[1]})".format)
    return pairs | powers | inner.map("(-{})".format)


EXPRESSIONS = st.recursive(st.sampled_from(["g", "x", "y", "1", "2", "3.0"]), combined, max_leaves=12)


def value_of_mathematics(text):
    """Evaluate a formula as its reader would: a number before a letter is a factor."""
    text = re.sub(r"([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: f"**({found[0].translate(DIGITS)})", text)
    text = re.sub(r"(?<=\d)(?=[gxy])", "*", text.replace("−", "-").replace("·", "*").replace("⁄", "/"))
    return eval(re.sub(r"(?<!\*\*\()(?<![\d(])(\d+)", r"Fraction(\1)", text), {"Fraction": Fraction, **NUMBERS})


DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@hypothesis.given(EXPRESSIONS)
def test_formula_has_the_value_of_the_expression(expression):
    exact = re.sub(r"(?<!\*\* )(?<!\*\* -)\b(\d)(\.0)?\b", r"Fraction(\1)", expression)
    try:
        expected = eval(exact, {"Fraction": Fraction, **NUMBERS})
    except ZeroDivisionError:
        hypothesis.reject()
    assert value_of_mathematics(written(expression)) == expected


@pytest.mark.parametrize(
    ("python", "mathematics"),
    [
        ("g * (2 * x)", "g · 2x"),
        ("g / (x * y)", "g ⁄ (x · y)"),
        ("g / x / y", "g ⁄ (x · y)"),
        ("(g - x) - (y - x)", "g − x − (y − x)"),
        ("(g + x) + (y - x)", "g + x + y − x"),
        ("-(g + x) * y", "−(g + x) · y"),
        ("g - -x", "g − (−x)"),
        ("x ** (n - 1)", "x^(n − 1)"),
        ("(x ** 2) ** 2", "(x²)²"),
        ("(-x) ** 2", "(−x)²"),
        ("x1 * x12 ** 0.5", "x₁ · √x₁₂"),
        ("g @ w.T", "g wᵀ"),
        ("(g + h) @ w", "(g + h) w"),
        ("(g * h) @ w", "(g · h) w"),
        ("g @ w * h", "g w · h"),
        ("g @ (w @ v)", "g w v"),
        ("sum(g, axis=0)", "Σ₀ g"),
        ("sum(g, axis=-1) * y", "(Σ₋₁ g) · y"),
        ("y * sum(g)", "y · Σ g"),
        ("sum(g * y) * y", "Σ(g · y) · y"),
        ("absolute(x)", "|x|"),
        ("floor(x / 2)", "⌊x ⁄ 2⌋"),
        ("x // 2", "⌊x ⁄ 2⌋"),
        ("g * 1j", "g · i"),
        ("g * pi", "g · π"),
        ("0 * g", "0"),
        ("g if x > 0 else 0", "g if x > 0 else 0"),
        ("(g if x is None else 0) * 2", "(g if x is None else 0) · 2"),
        ("g if x.ndim == 2 else g", "g"),
        ("where((x >= 0) & ~(x != x), g, 0)", "where(x ≥ 0 and not x is NaN, g, 0)"),
        ("where((x < 0) | (x == 1), g, 0)", "where(x < 0 or x = 1, g, 0)"),
        ("g[..., None, 1:-1, ::2]", "g[…, None, 1:−1, ::2]"),
        ("f(g, axis=axis, k=-1)", "f(g, k = −1)"),
        ("mean(g, axis=0, keepdims=True)", "mean(g, axis = 0)"),
        ("(g, [x, *y])", "(g, [x, y…])"),
        ("h(-s for s in t if s)", "h(−s for s in t if s)"),
    ],
)
def test_notation(python, mathematics):
    assert written(python) == mathematics


# ------------------------------------------------------------------------------------------------- the source


def test_each_of_several_lambdas_on_a_line_is_itself():
    # fmt: off
    assert formulas_of(lambda g, w: g * w, lambda g, x: g * x) == ("∂x = g · w", "∂w = g · x")
    assert formulas_of((lambda h: lambda g, w: h(g) * w)(lambda g: g), None) == ("∂x = h(g) · w",)
    # fmt: on


def test_functions_of_numpy_arrays_and_operators_are_the_same():
    assert formulas_of(
        lambda g, w: np.divide(np.multiply(g, w), np.sqrt(np.square(w))),
        lambda g, x: (g * x.copy().astype(float)).sum(axis=0) - float(np.exp2(x.mean())) * np.linalg.norm(x),
    ) == ("∂x = g · w ⁄ √(w²)", "∂w = Σ₀(g · x) − 2^mean(x) · norm(x)")


def test_shapes_and_dtypes_are_those_of_their_array():
    found = formulas_of(lambda g, x_shape, x_dtype: np.broadcast_to(g, x_shape).view(x_dtype), lambda g, w: g.size * w)
    assert found == ("∂x = view(broadcast_to(g, shape(x)), dtype(x))", "∂w = size(g) · w")


def test_cotangent_is_called_g_whatever_the_function_calls_it():
    assert formulas_of(lambda cotangent, w: cotangent * w)[0] == "∂x = g · w"


def test_local_variables_used_once_are_what_they_stand_for():
    def vjp(g, x, w):
        """Not read: the expression is short."""
        inner = x - w
        scaled = g / inner
        return scaled * w

    assert formulas_of(vjp) == ("∂x = g · w ⁄ (x − w)",)


def test_delegation_is_followed():
    def general(g, factor):
        return g * factor

    assert formulas_of(lambda g, w: general(g, w + 1)) == ("∂x = g · (w + 1)",)


def test_delegation_without_end_is_followed_a_few_times():
    def first(g, w):
        return second(g, w)

    def second(g, w):
        return first(g, w)

    assert formulas_of(first)[0] in ("∂x = first(g, w)", "∂x = second(g, w)")


def documented(g, x1):
    """Half of `g` where x1 is positive. Nothing elsewhere."""
    if x1.all():
        return g / 2
    return np.where(x1 > 0, g / 2, 0)


def undocumented(g, x):
    total = g * x
    return total + total.T


def looping(g, w):
    for _ in range(2):
        g = g * w
    return g


def test_longer_function_is_the_first_sentence_of_its_docstring():
    assert formulas_of(documented, function=lambda x1, w: x1 * w) == ("∂x₁: Half of g where x₁ is positive",)


def test_longer_function_without_docstring_is_its_name():
    assert formulas_of(looping, undocumented) == ("∂x = looping(g, w)", "∂w = undocumented(g, x)")


def test_guard_of_the_library_is_known_by_where_it_is_from():
    def unless_pole(g, denominator):
        return denominator + 1

    guard = elementwise.unless_pole
    assert formulas_of(lambda g, w: g / unless_pole(g, w) * 2)[0] == "∂x = g · 2 ⁄ unless_pole(g, w)"
    assert formulas_of(lambda g, w: g / guard(g, w) * 2)[0] == "∂x = g · 2 ⁄ w"


class Scaled:
    def __call__(self, g, w):
        return g * w


@pytest.mark.parametrize(
    ("vjp", "expected"),
    [
        (eval("lambda g, w: g * w"), "∂x = product_vjp(g, w)"),
        (functools.partial(lambda g, w: g * w), "∂x = partial(g, w)"),
        (Scaled(), "∂x = Scaled(g, w)"),
        (lambda g, w: g * (lambda h: h)(w), "∂x = product_vjp(g, w)"),
        (lambda g, w: g * f"{w}", "∂x = product_vjp(g, w)"),
        (lambda g, w: g * "a\n'\"<&", r"""∂x = g · 'a\n\'"<&'"""),
        (lambda g, w: g * 1e999, "∂x = g · ∞"),
        (lambda g, w: g**1e999, "∂x = product_vjp(g, w)"),
    ],
)
def test_what_cannot_be_read_is_a_name(vjp, expected):
    assert formulas_of(vjp) == (expected,)


def imported(path, source):
    path.write_text(source, encoding="utf-8")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_comprehension_that_reuses_a_name_is_not_misread(tmp_path):
    source = "def vjp(g, x):\n    s = x\n    return g * max([s for s in (1, 2)])\n"
    assert formulas_of(imported(tmp_path / "reuse.py", source).vjp) == ("∂x = vjp(g, x)",)


def test_source_that_was_changed_since_is_not_believed(tmp_path):
    module = imported(tmp_path / "changing.py", "vjp = lambda g, w: g * w\n")
    (tmp_path / "changing.py").write_text("vjp = lambda g, w: g / w\n")
    linecache.checkcache()
    assert formulas_of(module.vjp) == ("∂x = product_vjp(g, w)",)


@pytest.mark.parametrize("source", ["", "vjp = lambda g, w: g *", "\x00", "def vjp("])
def test_source_that_is_python_no_longer_is_not_read(tmp_path, source):
    module = imported(tmp_path / "broken.py", "vjp = lambda g, w: g * w\n")
    (tmp_path / "broken.py").write_text(source)
    linecache.checkcache()
    assert formulas_of(module.vjp) == ("∂x = product_vjp(g, w)",)


@pytest.mark.parametrize("terms", [20, 900])
def test_expression_that_is_too_long_is_a_name(tmp_path, terms):
    module = imported(tmp_path / f"long{terms}.py", f"vjp = lambda g, w: {' + '.join(['g * w[1:2, 3:4]'] * terms)}\n")
    assert formulas_of(module.vjp) == ("∂x = product_vjp(g, w)",)


def test_lambdas_on_one_line_are_not_confused_where_python_forgot_their_columns(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "from autograd import primitive\nfrom autograd.drawing.formulas import vjp_formulas\n"
        "f = primitive(lambda x, w: x * w, name='f').defvjp(lambda g, w: g * w, lambda g, x: g * x)\n"
        "print(ascii(vjp_formulas(f)))\n"
    )
    arguments = [sys.executable, "-X", "no_debug_ranges", str(path)]
    root = importlib.util.find_spec("autograd").submodule_search_locations[0]
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(root)}
    done = subprocess.run(arguments, capture_output=True, check=True, text=True, env=environment)
    assert ast.literal_eval(done.stdout) == ("∂x = f_vjp(g, w)", "∂w = f_vjp(g, x)")


def test_formula_follows_a_new_definition():
    rule = primitive(lambda x: x * 2, name="double").defvjp(lambda g: g)
    assert vjp_formulas(rule) == ("∂x = g",)
    assert vjp_formulas(rule.defvjp(lambda g: 2 * g)) == ("∂x = 2g",)


def test_what_is_remembered_keeps_nothing_alive():
    def remembered():
        rule = primitive(lambda x: x * 2, name="double")
        rule.defvjp(lambda g: g * (2 if rule else 0))  # the function and the primitive hold each other
        assert vjp_formulas(rule) == ("∂x = g · (2 if rule else 0)",)
        return weakref.ref(rule)

    gone = remembered()
    gc.collect()
    assert gone() is None
