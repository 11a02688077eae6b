"""The colours of a picture, on light and dark paper, and the scale of gradients."""

import math

import numpy as np
import pytest

from autograd.drawing.model import Statistics
from autograd.drawing.picture.palette import SCALE, SHADES, dark_of_light
from autograd.drawing.picture.scale import GradientScale


def gradient(rms, arrays=1, lowest=None, highest=None):
    return Statistics(1, rms, rms, 0, 0, 0, arrays, lowest or rms, highest or rms)


def luminance(color):  # WCAG 2.2, relative luminance
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def seen_without_red_and_green_cones(color):  # deuteranopia: Viénot, Brettel and Mollon (1999), in linear light
    linear = np.array([(int(color[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)])
    to_lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    project = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])
    return np.clip(np.linalg.solve(to_lms, project @ to_lms @ linear), 0, 1) ** (1 / 2.2)


# ------------------------------------------------------------------------------------------------- palette


def test_no_light_color_has_two_dark_ones():
    shades = [*SHADES.values(), *SCALE]
    assert all(dark_of_light().get(shade.light, shade.light) == shade.dark for shade in shades)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [name[3:] for name in SHADES if name.startswith("on_")])
def test_text_can_be_read_on_its_ground(kind, theme):
    text, ground = getattr(SHADES[f"on_{kind}"], theme), getattr(SHADES[kind], theme)
    assert contrast(text, ground) >= 4.5  # WCAG 2.2, level AA


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_details_and_notes_can_be_read(theme):
    pairs = [(name, name.removeprefix("detail_of_")) for name in SHADES if name.startswith("detail_of_")]
    for text, ground in [*pairs, ("note", "paper")]:
        assert contrast(getattr(SHADES[text], theme), getattr(SHADES[ground], theme)) >= 3.5, text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_and_scale_stand_out_from_the_paper(theme):
    lines = [getattr(shade, theme) for shade in SCALE]
    lines += [getattr(SHADES[name], theme) for name in ("flow", "learned_flow", "backward_flow")]
    assert min(contrast(line, getattr(SHADES["paper"], theme)) for line in lines) >= 2.9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ends_of_the_scale_differ_for_who_sees_neither_red_nor_green(theme):
    small, middle, large = (
        seen_without_red_and_green_cones(getattr(SCALE[i], theme)) for i in (0, len(SCALE) // 2, -1)
    )
    assert min(np.linalg.norm(small - large), np.linalg.norm(small - middle), np.linalg.norm(middle - large)) > 0.25


# ------------------------------------------------------------------------------------------------- scale


def test_median_is_in_the_middle_and_ends_are_ends():
    scale = GradientScale.of(gradient(10.0**k) for k in range(-4, 5))
    assert [scale.step(gradient(10.0**k)) for k in (-4, 0, 4)] == [0, 4, 8]
    assert scale.marks == pytest.approx((1e-4, 1, 1e4))


def test_steps_are_logarithmic():
    scale = GradientScale.of(gradient(10.0**k) for k in range(-4, 5))
    assert [scale.step(gradient(10.0**k)) for k in range(-4, 5)] == list(range(9))


def test_similar_gradients_look_alike():
    scale = GradientScale.of(map(gradient, (0.9, 1.0, 1.1)))
    assert {scale.step(gradient(size)) for size in (0.9, 1.0, 1.1)} == {4}


def test_an_outlier_does_not_flatten_the_rest():
    sizes = [10 ** (k / 100 - 1) for k in range(200)]
    scale = GradientScale.of(map(gradient, [*sizes, 1e-200]))
    assert scale.step(gradient(sizes[0])) == 0
    assert scale.step(gradient(1e-200)) == 0


def test_zeros_and_nothing_have_no_scale():
    assert GradientScale.of([]) is None
    assert GradientScale.of([gradient(0.0)]) is None


def test_extreme_sizes_have_finite_marks():
    scale = GradientScale.of(map(gradient, (5e-324, 1.0, 1e308)))
    assert all(math.isfinite(mark) and mark > 0 for mark in scale.marks)
    assert (scale.step(gradient(5e-324)), scale.step(gradient(1e308))) == (0, 8)


def test_several_arrays_are_judged_by_the_middle_of_their_range():
    scale = GradientScale.of(gradient(10.0**k) for k in range(-4, 5))
    assert scale.step(gradient(50.0, arrays=2, lowest=1e-4, highest=1e4)) == 4
