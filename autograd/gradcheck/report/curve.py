"""The error of a numerical derivative against its step size, as a small SVG picture."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from autograd.gradcheck.report import wording

_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 412, 14, 248  # of the frame; the legend is to the right of it
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LABELS = 7  # the most on an axis
# Dark enough for white paper and bright enough for black, and told apart by the colour-blind (Okabe & Ito 2008).
_BLUE, _ORANGE, _RED = "#0a7fc2", "#d98e04", "#d55e00"

Point = tuple[float, float]


def draw(check: Mapping[str, Any], title: str) -> str:
    """Return a picture of the differences that a check was made of; empty if there are none to draw.

    Parameters
    ----------
    check : dict
        Of a `Check`, with its steps.
    title : str
        What the picture is of, for those who cannot see it.

    Returns
    -------
    str
        An ``<svg>`` element. Both axes are logarithmic. The dots are how far the difference at each step is from the
        numerical derivative; a dot on the lower edge is one that agrees to the last bit, or better than is drawn.

    Examples
    --------
    >>> steps = [{"size": 2.0**-k, "difference": 1 + 4.0**-k, "rounding": 1e-16 * 2**k} for k in range(8)]
    >>> draw({"analytic": 2.0, "numeric": 1.0, "error": 1e-9, "steps": steps}, "W [0]")[:24]
    '<svg viewBox="0 0 640 30'
    """
    numeric, bar = float(check["numeric"]), float(check["error"])
    steps = [step for step in check.get("steps", ()) if 0 < step["size"] < math.inf]
    errors = _points((step["size"], abs(step["difference"] - numeric)) for step in steps)
    rounding = _points((step["size"], abs(step["rounding"])) for step in steps)
    off = abs(float(check["analytic"]) - numeric)
    heights = [y for _, y in [*errors, *rounding, (0, bar), (0, off)] if 0 < y < math.inf]
    if len(errors) < 2 or not heights:
        return ""
    x = _Axis([point[0] for point in errors], _LEFT, _RIGHT)
    y = _Axis(heights, _BOTTOM, _TOP)
    dots = sorted((x.place(size), y.place(error)) for size, error in errors)
    slope = sorted((x.place(size), y.place(error)) for size, error in rounding if error > 0)
    curves = [
        ("difference − numeric", _BLUE, "", dots),
        ("rounding of the difference", _ORANGE, "6 3", slope),
        (f"error bar: {wording.number(bar, 2)}", "currentColor", "1.5 3", _across(y, bar)),
        (f"gradient − numeric: {wording.number(off, 2)}", _RED, "", _across(y, off)),
    ]
    parts = [*_frame(x, y)]
    for row, (name, colour, dashes, points) in enumerate(curve for curve in curves if len(curve[-1]) > 1):
        left, middle = _RIGHT + 16, _TOP + 14 + 22 * row
        parts += [_line(points, colour, dashes), _line([(left, middle), (left + 18, middle)], colour, dashes)]
        parts.append(f'<text x="{left + 25}" y="{middle + 4}">{escape(name)}</text>')
    parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{_BLUE}"/>' for px, py in dots]
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        'xmlns="http://www.w3.org/2000/svg" style="max-width:100%;height:auto" '
        'font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
        f"<title>{escape(wording.clean(title))}: error against step size</title>{''.join(parts)}</svg>"
    )


class _Axis:
    """A logarithmic axis between whole decades, from the pixel `low` to the pixel `high`."""

    def __init__(self, values: Sequence[float], low: float, high: float) -> None:
        exponents = [math.log10(value) for value in values if 0 < value < math.inf]
        self.first = math.floor(min(exponents) + 1e-9)
        self.last = max(math.ceil(max(exponents) - 1e-9), self.first + 1)
        self.low, self.high = low, high

    def place(self, value: float) -> float:
        """Return the pixel of a value; what is not on the axis is at its end."""
        return self._place(math.log10(value) if 0 < value < math.inf else math.copysign(math.inf, value - 0.5))

    def _place(self, exponent: float) -> float:
        fraction = (min(max(exponent, self.first), self.last) - self.first) / (self.last - self.first)
        return self.low + fraction * (self.high - self.low)

    def labels(self) -> list[tuple[float, str]]:
        """Return the pixels and the powers of ten of the labels."""
        stride = math.ceil((self.last - self.first + 1) / _LABELS)
        exponents = range(self.first, self.last + 1, stride)
        return [(self._place(n), f"10{str(n).translate(_SUPERSCRIPTS)}") for n in exponents]


def _points(pairs: Iterable[Point]) -> list[Point]:
    return [(float(x), float(y)) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]


def _frame(x: _Axis, y: _Axis) -> Iterable[str]:
    """Yield the grid, the labels of both axes, and what they are."""
    yield '<g stroke="currentColor" stroke-opacity="0.15">'
    yield from (f'<line x1="{p:.1f}" x2="{p:.1f}" y1="{_TOP}" y2="{_BOTTOM}"/>' for p, _ in x.labels())
    yield from (f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{p:.1f}" y2="{p:.1f}"/>' for p, _ in y.labels())
    yield f'</g><path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="currentColor" stroke-opacity="0.6"/>'
    yield from (f'<text x="{p:.1f}" y="{_BOTTOM + 17}" text-anchor="middle">{text}</text>' for p, text in x.labels())
    yield from (f'<text x="{_LEFT - 7}" y="{p + 4:.1f}" text-anchor="end">{text}</text>' for p, text in y.labels())
    middle = (_LEFT + _RIGHT) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">step size</text>'
    middle = (_TOP + _BOTTOM) / 2
    yield f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">error of the difference</text>'


def _across(y: _Axis, value: float) -> list[Point]:
    """Return a line across the picture, or nothing for what has no place on it."""
    return [(_LEFT, y.place(value)), (_RIGHT, y.place(value))] if 0 < value < math.inf else []


def _line(points: Sequence[Point], colour: str, dashes: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.5"{dash}/>'
