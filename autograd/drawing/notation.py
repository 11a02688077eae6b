"""How operations, arrays, numbers and modules are written, alike in pictures and texts."""

from __future__ import annotations

import math
import re

from autograd.drawing.model import UNKNOWN, Array, Mark, Operation, Region, Statistics

INFIX = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "matmul": "@", "remainder": "mod"}

ORDERED = {"arctan2", "divide", "float_power", "matmul", "power", "remainder", "subtract"}  # a ∘ b is not b ∘ a

SYMBOLS = {
    "absolute": "|x|",
    "arccos": "arccos",
    "astype": "cast",
    "broadcast_to": "broadcast",
    "cbrt": "∛",
    "conjugate": "x̄",
    "cumsum": "cumulative Σ",
    "exp": "eˣ",
    "exp2": "2ˣ",
    "expm1": "eˣ − 1",
    "float_power": "xᵃ",
    "getitem": "x[ ]",
    "imag": "Im",
    "linear": "x Wᵀ + b",
    "log": "ln",
    "log10": "log₁₀",
    "log1p": "ln(1 + x)",
    "log2": "log₂",
    "logsumexp": "ln Σ eˣ",
    "maximum": "max",
    "minimum": "min",
    "negative": "−x",
    "positive": "+x",
    "power": "xᵃ",
    "prod": "Π",
    "real": "Re",
    "reciprocal": "1 ⁄ x",
    "sigmoid": "σ",
    "sqrt": "√",
    "square": "x²",
    "std": "std",
    "sum": "Σ",
    "transpose": "xᵀ",
}

_SIGNS = {"failed": "✗", "wrong": "✗", "non-finite": "⚠", "cannot tell": "?", "right": "✓"}  # the gravest first
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML, or not shown

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def write(operation: Operation) -> tuple[str, str]:
    """Return what stands on an operation: its formula, and in smaller print what it is applied with."""
    formula = _formula(operation)
    options = dict(operation.options)
    details = [options[name] for name in ("subscripts", "index") if name in options]
    if options.get("axis", "None") != "None":
        details.append(f"axis {options['axis']}")
    detail = ", ".join(details)
    if operation.primitive == "getitem" and detail and len(detail) <= 16:
        return f"x[{detail}]", ""
    return formula, detail if len(detail) <= 32 else f"{detail[:31]}…"


def _formula(operation: Operation) -> str:
    primitive, arguments = operation.primitive, operation.arguments
    if primitive == "linear" and len(arguments) == 3 and arguments[2] == UNKNOWN:
        return "x Wᵀ"
    if len(arguments) == 2 and any(arguments):
        left, right = arguments
        if primitive in ("power", "float_power"):
            return _power(left or "x", right or "a")
        if primitive in INFIX:
            return f"{left} {INFIX[primitive]}" if left else f"{INFIX[primitive]} {right}"
        if primitive in ("maximum", "minimum"):
            return f"{SYMBOLS[primitive]}({left or 'x'}, {right or 'x'})"
    return INFIX.get(primitive) or SYMBOLS.get(primitive) or primitive


def _power(base: str, exponent: str) -> str:
    if exponent == UNKNOWN:
        return f"{base}ᶜ"
    if exponent == "a":
        return f"{base}ᵃ"
    if exponent.lstrip("-").isdecimal():
        return base + exponent.translate(_SUPERSCRIPTS)
    return f"{base}^{exponent}"


def shape_text(array: Array, usual_dtype: str | None) -> str:
    """Return ``5 × 8``, nothing for a scalar, with the dtype where it is not the usual one."""
    shape = " × ".join(map(str, array.shape))
    return shape if array.dtype == usual_dtype else f"{shape} {array.dtype}".lstrip()


def bytes_text(count: int) -> str:
    """Return a number of bytes with a unit that keeps it short: ``160 B``, ``1.2 MB``."""
    power = 0
    while count >= 1000 ** (power + 1) and power < 4:
        power += 1
    return f"{count / 1000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB')[power]}"


def count_text(count: int, thing: str) -> str:
    """Return ``9,960 operations``, ``1 operation``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def number_text(value: float) -> str:
    """Return a size such as that of a gradient, briefly: ``0.123``, ``12``, ``3.1e-05``, ``1.2e+04``."""
    if not math.isfinite(value):
        return "NaN" if value != value else "∞" if value > 0 else "−∞"
    plain = f"{value:.3g}" if value else "0"  # never -0
    return plain if not value or (abs(value) >= 1e-3 and "e" not in plain) else f"{value:.1e}"


def shortened(text: str, longest: int) -> str:
    """Return `text` without its middle if it has more than `longest` characters."""
    end = longest // 3
    return text if len(text) <= longest else f"{text[: longest - end - 1]}…{text[-end:]}"


def region_text(region: Region) -> tuple[str, str]:
    """Return the name of a region and its title, and how often it repeats: ``layers.0 … layers.2``, ``Block × 3``."""
    name = region.label or ""
    if region.repeats == 1:
        return name, region.title
    shares = {"same": ", the same parameters", "own": ", own parameters"}.get(region.shares or "", "")
    last = f" … {region.last_label}" if name and region.last_label else ""
    return name + last, f"{region.title} × {region.repeats:,}{shares}"


def clean(text: str) -> str:
    """Return `text` on one line without characters that no file of ours may hold."""
    return _UNPRINTABLE.sub("�", " ".join(text.split()))


def gradient_text(gradient: Statistics) -> str:
    """Return the rms of a gradient, what is not finite in it, or the range of several."""
    if gradient.nans or gradient.infs:
        return " ".join(["NaN"] * bool(gradient.nans) + ["∞"] * bool(gradient.infs))
    if gradient.arrays > 1 and gradient.lowest < gradient.highest:
        return f"{number_text(gradient.lowest)} … {number_text(gradient.highest)}"
    return number_text(gradient.rms)


def sign(marks: tuple[Mark, ...]) -> str:
    """Return the sign of the gravest of `marks`, nothing if they need none."""
    kinds = {mark.kind for mark in marks}
    return next((f"{each} " for kind, each in _SIGNS.items() if kind in kinds), "")
