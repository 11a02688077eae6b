"""How an operation is written in the picture: mathematics where there is some, else the primitive's name."""

from __future__ import annotations

from autograd.drawing.model import UNKNOWN, Array, Operation

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
