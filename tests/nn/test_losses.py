"""Losses against explicit loops, with every option; their gradients in both arguments; what they refuse."""

import itertools
import math

import numpy as np
import pytest

import nn
from autograd import DTypeError, ShapeError, Tensor, grad, hvp, value_and_grad
from nn import functional

REDUCTIONS = ["mean", "sum", "none"]
WEIGHT = np.array([0.5, 2.0, 1.0, 0.25])
LOGIT_SHAPES = [(4,), (6, 4), (1, 4), (3, 4, 5), (2, 4, 2, 3)]  # 4 classes


def reduced(losses, reduction, total):
    """Return the losses, their sum, or their sum divided by `total`."""
    return losses if reduction == "none" else losses.sum() / (total if reduction == "mean" else 1)


def as_rows(x):
    """Return an array (C,), (m, C) or (m, C, d1, ...) as a list of rows of C, in the order of its examples."""
    if x.ndim == 1:
        return [x]
    return [x[(i, slice(None), *rest)] for i, *rest in np.ndindex(x.shape[0], *x.shape[2:])]


def from_rows(rows, like):
    """Return rows of C as an array of the shape of `like`."""
    if like.ndim == 1:
        return rows[0]
    x = np.empty(like.shape)
    for row, (i, *rest) in zip(rows, np.ndindex(like.shape[0], *like.shape[2:]), strict=True):
        x[(i, slice(None), *rest)] = row
    return x


def label_shape(logits):
    return logits.shape[:1] + logits.shape[2:] if logits.ndim > 1 else ()


def log_softmax_row(z):
    return z - (z.max() + math.log(math.fsum(np.exp(z - z.max()))))


def targets_row(label, classes, smoothing):
    """Return the distribution that puts 1 - smoothing on `label` and spreads the rest evenly."""
    return np.array([(1 - smoothing) * (c == label) + smoothing / classes for c in range(classes)])


def cross_entropy_by_loops(logits, targets, weight, kept, divisors, reduction):
    """Return loss and gradients in logits and targets of -Σ_c w_c t_c log softmax(z)_c, example by example.

    `targets` are rows of distributions, `kept` says which examples count, and `divisors` what each adds to the
    denominator of the mean.
    """
    total = sum(d for d, keep in zip(divisors, kept, strict=True) if keep)
    scale = 1 / total if reduction == "mean" else 1.0
    losses, gradients, target_gradients = [], [], []
    for z, t, keep in zip(as_rows(logits), targets, kept, strict=True):
        log_p = log_softmax_row(z)
        q = weight * t * keep
        losses.append(-math.fsum(q * log_p))
        gradients.append(scale * (np.exp(log_p) * q.sum() - q))
        target_gradients.append(-scale * weight * log_p * keep)
    losses = np.array(losses).reshape(label_shape(logits))
    gradients, target_gradients = (from_rows(rows, logits) for rows in (gradients, target_gradients))
    return reduced(losses, reduction, total), gradients, target_gradients


def assert_loss(function, x, value, gradient, dtype, tolerance):
    """Check value, gradient and dtypes of ``function(x)``; a loss an example is swept from ones."""
    x = Tensor(x, requires_grad=True)
    loss = function(x)
    assert loss.dtype == dtype
    np.testing.assert_allclose(loss.data, value, rtol=tolerance, atol=tolerance)
    loss.backward(np.ones(loss.shape))
    assert x.grad.dtype == dtype
    np.testing.assert_allclose(x.grad, gradient, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------------------------------------- cross-entropy


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 2e-5)])
def test_cross_entropy_of_labels_equals_loops(shape, smoothing, weight, reduction, dtype, tolerance, rng):
    logits = (3 * rng.normal(size=shape)).astype(dtype)
    labels = rng.integers(0, 4, label_shape(logits))
    if labels.size > 2:
        labels.flat[1] = ignored = -7
    else:
        ignored = -100
    kept = [label != ignored for label in labels.flat]
    factors = np.ones(4) if weight is None else weight
    value, gradient, _ = cross_entropy_by_loops(
        logits.astype(np.float64),
        [targets_row(label, 4, smoothing) for label in labels.flat],
        factors,
        kept,
        [factors[label] if keep else 0 for label, keep in zip(labels.flat, kept, strict=True)],
        reduction,
    )
    options = {"ignore_index": ignored, "reduction": reduction, "label_smoothing": smoothing}
    for function in (
        lambda x: functional.cross_entropy(x, labels, weight, **options),
        lambda x: nn.CrossEntropyLoss(weight, **options)(x, labels),
    ):
        assert_loss(function, logits, value, gradient, dtype, tolerance)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
def test_cross_entropy_of_probabilities_equals_loops_in_both_arguments(shape, smoothing, weight, reduction, rng):
    logits, targets = 3 * rng.normal(size=shape), rng.uniform(size=shape)  # they need not sum to 1
    examples = len(as_rows(logits))
    value, gradient, target_gradient = cross_entropy_by_loops(
        logits,
        [(1 - smoothing) * row + smoothing / 4 for row in as_rows(targets)],
        np.ones(4) if weight is None else weight,
        [True] * examples,
        [1] * examples,
        reduction,
    )
    loss = nn.CrossEntropyLoss(weight, reduction=reduction, label_smoothing=smoothing)
    assert_loss(lambda x: loss(x, targets), logits, value, gradient, np.float64, 1e-13)
    assert_loss(lambda t: loss(logits, t), targets, value, (1 - smoothing) * target_gradient, np.float64, 1e-13)


def test_float64_probabilities_do_not_change_the_dtype_of_a_float32_loss():
    targets = np.array([[0.25, 0.75]])
    for logits in (Tensor(np.zeros((1, 2), np.float32), requires_grad=True), np.zeros((1, 2), np.float32)):
        assert functional.cross_entropy(logits, targets).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_of_any_integer_dtype_as_lists_and_as_tensors(dtype):
    logits, labels = np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([1, 0], dtype)
    for given in (labels, labels.tolist(), Tensor(labels)):
        assert float(functional.cross_entropy(logits, given)) == pytest.approx((math.log(2) + math.log(4)) / 2)
        assert float(functional.nll_loss(logits, given)) == pytest.approx((math.log(2) + math.log(4)) / 2)


def test_the_default_ignored_label_is_minus_100():
    assert float(functional.cross_entropy(np.zeros((3, 2)), [0, -100, 1])) == pytest.approx(math.log(2))
    assert float(functional.nll_loss(np.full((3, 2), -1.0), [0, -100, 1])) == pytest.approx(1)


def test_an_ignored_label_may_be_a_class():
    value, gradient = value_and_grad(lambda z: functional.cross_entropy(z, [0, 1], ignore_index=1))(np.zeros((2, 2)))
    assert float(value) == pytest.approx(math.log(2))
    np.testing.assert_allclose(gradient, [[-0.5, 0.5], [0, 0]])


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_of_huge_logits_is_finite(reduction, dtype):
    logits = np.array([[1e4, -1e4], [1e4, -1e4], [-1e4, -1e4]], dtype)
    losses = np.array([0, 2e4, math.log(2)])
    gradient = np.array([[0, 0], [1, -1], [-0.5, 0.5]])
    total = 3 if reduction == "mean" else 1
    assert_loss(
        lambda z: functional.cross_entropy(z, [0, 1, 0], reduction=reduction),
        logits,
        reduced(losses, reduction, 3),
        gradient / total,
        dtype,
        1e-6,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_class_ruled_out_by_a_logit_of_minus_infinity_costs_nothing(reduction):
    value = math.log(1 + math.e)  # of logits 0, 1 and label 0
    p = math.e / (1 + math.e)
    assert_loss(
        lambda z: functional.cross_entropy(z, [0], reduction=reduction),
        np.array([[0, -np.inf, 1]]),
        value if reduction != "none" else [value],
        [[-p, 0, p]],
        np.float64,
        1e-15,
    )


def ways_to_compute_cross_entropy(labels, classes):
    """Return the fused primitive and compositions that mean the same, as functions of logits."""
    one_hot = np.eye(classes)[labels]
    return {
        "fused": lambda z: functional.cross_entropy(z, labels),
        "weighted": lambda z: functional.cross_entropy(z, labels, np.ones(classes)),
        "none": lambda z: functional.cross_entropy(z, labels, reduction="none").mean(),
        "probabilities": lambda z: functional.cross_entropy(z, one_hot),
        "log_softmax and nll": lambda z: functional.nll_loss(functional.log_softmax(z), labels),
        "softmax, log and sum": lambda z: -np.sum(one_hot * np.log(functional.softmax(z))) / len(labels),
    }


@pytest.mark.parametrize("way", ways_to_compute_cross_entropy([0], 2))
def test_all_ways_to_compute_cross_entropy_agree_to_second_order(way, rng):
    labels = rng.integers(0, 5, 7)
    z, v = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    p = np.array([np.exp(log_softmax_row(row)) for row in z])
    function = ways_to_compute_cross_entropy(labels, 5)[way]
    value, gradient = value_and_grad(function)(z)
    curvature = [(np.diag(row) - np.outer(row, row)) @ direction for row, direction in zip(p, v, strict=True)]
    np.testing.assert_allclose(value, -np.log(p[np.arange(7), labels]).mean(), rtol=1e-14)
    np.testing.assert_allclose(gradient, (p - np.eye(5)[labels]) / 7, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(hvp(function)(z, v), np.array(curvature) / 7, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_second_order_of_weighted_and_ignored_examples(weight, reduction, rng):
    labels = np.array([3, -100, 1])
    z, v = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    factors = np.array([1.0, 0.0, 1.0]) if weight is None else np.array([weight[3], 0, weight[1]])
    scale = factors / factors.sum() if reduction == "mean" else factors
    p = np.array([np.exp(log_softmax_row(row)) for row in z])
    expected = [s * (np.diag(row) - np.outer(row, row)) @ u for s, row, u in zip(scale, p, v, strict=True)]
    product = hvp(lambda z: functional.cross_entropy(z, labels, weight, reduction=reduction))(z, v)
    np.testing.assert_allclose(product, expected, rtol=1e-12, atol=1e-16)


# ------------------------------------------------------------------------------------------------- likelihood


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 1e-5)])
def test_nll_equals_loops(shape, weight, reduction, dtype, tolerance, rng):
    log_p = rng.normal(size=shape).astype(dtype)
    labels = rng.integers(0, 4, label_shape(log_p))
    if labels.size > 2:
        labels.flat[-1] = -100
    factors = np.ones(4) if weight is None else weight
    scales = [0.0 if label == -100 else factors[label] for label in labels.flat]
    losses = [-s * row[label] if s else 0 for s, row, label in zip(scales, as_rows(log_p), labels.flat, strict=True)]
    divisor = sum(scales) if reduction == "mean" else 1
    gradient = from_rows(
        [-s / divisor * (np.arange(4) == label) for s, label in zip(scales, labels.flat, strict=True)], log_p
    )
    value = reduced(np.array(losses, np.float64).reshape(labels.shape), reduction, sum(scales))
    for function in (
        lambda x: functional.nll_loss(x, labels, weight, reduction=reduction),
        lambda x: nn.NLLLoss(weight, reduction=reduction)(x, labels),
    ):
        assert_loss(function, log_p, value, gradient, dtype, tolerance)


# ------------------------------------------------------------------------------------------------- what labels may be

both_label_losses = pytest.mark.parametrize("loss", [functional.cross_entropy, functional.nll_loss])


@both_label_losses
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("label", [-1, 4, 10_000])
def test_labels_out_of_range_are_named_with_their_row(loss, reduction, label):
    with pytest.raises(ValueError, match=rf"label {label} at row 2 is outside \[0, 4\)"):
        loss(np.zeros((3, 4)), [0, 1, label], reduction=reduction)


@both_label_losses
@pytest.mark.parametrize("labels", [np.zeros(3), np.zeros(3, bool), ["a", "b", "c"]], ids=["float", "bool", "str"])
def test_labels_that_are_no_integers_are_refused(loss, labels):
    with pytest.raises(DTypeError, match="labels must be integers"):
        loss(np.zeros((3, 4)), labels)


@both_label_losses
@pytest.mark.parametrize(
    ("shape", "labels"),
    [
        ((4, 10), (3,)),
        ((4, 10), (4, 1)),
        ((4, 10), ()),
        ((4, 10), (4, 10)),
        ((10,), (1,)),
        ((4, 10, 2), (4, 3)),
        ((1, 4), (4,)),
    ],
)
def test_labels_of_another_shape_are_refused_with_both_shapes(loss, shape, labels):
    with pytest.raises(ShapeError, match="labels of shape") as error:
        loss(np.zeros(shape), np.zeros(labels, int))
    assert str(shape) in str(error.value)
    assert str(labels) in str(error.value)


@both_label_losses
@pytest.mark.parametrize(("shape", "labels"), [((0, 4), (0,)), ((4, 0), (4,)), ((), ()), ((0,), ())])
def test_an_empty_batch_or_no_classes_are_refused(loss, shape, labels):
    with pytest.raises(ShapeError, match="none empty"):
        loss(np.zeros(shape), np.zeros(labels, int))


@both_label_losses
def test_a_mean_over_no_example_is_refused_and_a_sum_is_zero(loss):
    logits = np.zeros((2, 3))
    with pytest.raises(ValueError, match="nothing to average"):
        loss(logits, [-100, -100])
    with pytest.raises(ValueError, match="nothing to average"):
        loss(logits, [0, 0], weight=[0, 1, 1])
    assert float(loss(logits, [-100, -100], reduction="sum")) == 0
    np.testing.assert_array_equal(loss(logits, [-100, -100], reduction="none").data, [0, 0])


@both_label_losses
@pytest.mark.parametrize("weight", [[1.0, 1.0], np.ones((1, 3)), 1.0])
def test_a_weight_that_is_not_one_factor_a_class_is_refused(loss, weight):
    with pytest.raises(ShapeError, match="one factor a class"):
        loss(np.zeros((2, 3)), [0, 1], weight=weight)


@pytest.mark.parametrize("smoothing", [-0.1, 1.5, math.nan])
def test_label_smoothing_outside_0_and_1_is_refused(smoothing):
    with pytest.raises(ValueError, match="label_smoothing"):
        functional.cross_entropy(np.zeros((1, 2)), [0], label_smoothing=smoothing)


def test_probabilities_of_another_shape_are_refused():
    with pytest.raises(DTypeError, match="class probabilities must have the shape of the input"):
        functional.cross_entropy(np.zeros((2, 3)), np.zeros((3, 2)))


# ------------------------------------------------------------------------------------------------- squared error


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)], ids=str)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 1e-5)])
def test_mse_equals_loops_in_both_arguments(shape, reduction, dtype, tolerance, rng):
    x, t = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    losses = np.array([(a - b) ** 2 for a, b in zip(x.ravel(), t.ravel(), strict=True)]).reshape(shape)
    gradient = 2 * (x - t) / (x.size if reduction == "mean" else 1)
    value = reduced(losses, reduction, x.size)
    for loss in (nn.MSELoss(reduction=reduction), lambda x, t: functional.mse_loss(x, t, reduction=reduction)):
        assert_loss(lambda x, loss=loss: loss(x, t), x, value, gradient, dtype, tolerance)
        assert_loss(lambda t, loss=loss: loss(x, t), t, value, -gradient, dtype, tolerance)


SHAPES = [(), (1,), (3,), (3, 1), (1, 3), (3, 3)]


@pytest.mark.parametrize("loss", [functional.mse_loss, functional.kl_div])
@pytest.mark.parametrize(("one", "two"), list(itertools.permutations(SHAPES, 2)))
def test_a_loss_never_broadcasts(loss, one, two):
    with pytest.raises(ShapeError, match="a loss does not broadcast") as error:
        loss(np.zeros(one), np.zeros(two))
    assert str(one) in str(error.value)
    assert str(two) in str(error.value)


@pytest.mark.parametrize("loss", [functional.mse_loss, functional.kl_div])
@pytest.mark.parametrize("target", [np.ones((2, 2)), np.ones((2, 2), int)])
@pytest.mark.parametrize("requires_grad", [True, False])
def test_a_loss_has_the_dtype_of_its_input(loss, target, requires_grad):
    assert loss(Tensor(np.zeros((2, 2), np.float32), requires_grad), target).dtype == np.float32


def test_integer_inputs_keep_the_fractions_of_the_target():
    assert float(functional.mse_loss([1, 2], [1.5, 2.5])) == 0.25


def test_a_mean_over_nothing_is_refused():
    with pytest.raises(ShapeError, match="empty"):
        functional.mse_loss(np.zeros((0, 2)), np.zeros((0, 2)))


# ------------------------------------------------------------------------------------------------- divergence

KL_REDUCTIONS = [*REDUCTIONS, "batchmean"]


def kl_divisor(reduction, shape):
    return {"mean": math.prod(shape), "batchmean": shape[0]}.get(reduction, 1)


@pytest.mark.parametrize("reduction", KL_REDUCTIONS)
@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 2)], ids=str)
def test_kl_divergence_equals_loops_and_zeros_in_the_target_count_nothing(shape, reduction, rng):
    x, t = rng.normal(size=shape), rng.uniform(size=shape)
    t.flat[::2] = 0
    terms = [p * (math.log(p) - q) if p > 0 else 0.0 for p, q in zip(t.ravel(), x.ravel(), strict=True)]
    terms = np.array(terms).reshape(shape)
    divisor = kl_divisor(reduction, shape)
    value = terms if reduction == "none" else terms.sum() / divisor
    for loss in (nn.KLDivLoss(reduction=reduction), lambda x, t: functional.kl_div(x, t, reduction=reduction)):
        assert_loss(lambda x, loss=loss: loss(x, t), x, value, -t / divisor, np.float64, 1e-14)
    target = Tensor(t, requires_grad=True)
    loss = functional.kl_div(x, target, reduction=reduction)
    loss.backward(np.ones(loss.shape))
    inside = t > 0
    expected = (np.log(t[inside]) + 1 - x[inside]) / divisor
    np.testing.assert_allclose(target.grad[inside], expected, rtol=1e-13, atol=1e-15)
    assert np.isfinite(target.grad).all()


@pytest.mark.parametrize("reduction", KL_REDUCTIONS)
def test_kl_divergence_of_log_targets_equals_loops_in_both_arguments(reduction, rng):
    x, s = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    terms = np.array([math.exp(p) * (p - q) for p, q in zip(s.ravel(), x.ravel(), strict=True)]).reshape(4, 3)
    divisor = kl_divisor(reduction, (4, 3))
    value = terms if reduction == "none" else terms.sum() / divisor
    loss = nn.KLDivLoss(reduction=reduction, log_target=True)
    assert_loss(lambda x: loss(x, s), x, value, -np.exp(s) / divisor, np.float64, 1e-13)
    assert_loss(lambda s: loss(x, s), s, value, np.exp(s) * (s + 1 - x) / divisor, np.float64, 1e-13)


def test_kl_divergence_from_one_hot_targets_is_cross_entropy(rng):
    logits, labels = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
    divergence = functional.kl_div(functional.log_softmax(logits), np.eye(3)[labels], reduction="batchmean")
    np.testing.assert_allclose(divergence.data, functional.cross_entropy(logits, labels).data, rtol=1e-14)


@pytest.mark.parametrize("shape", [(), (0, 2), (2, 0)])
def test_a_batch_mean_without_a_batch_is_refused(shape):
    with pytest.raises(ShapeError, match="no batch to average over"):
        functional.kl_div(np.zeros(shape), np.zeros(shape), reduction="batchmean")


# ------------------------------------------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("loss", "target"),
    [(nn.CrossEntropyLoss, [0]), (nn.NLLLoss, [0]), (nn.MSELoss, np.zeros((1, 2))), (nn.KLDivLoss, np.ones((1, 2)))],
)
def test_an_unknown_reduction_is_refused(loss, target):
    with pytest.raises(ValueError, match=r"reduction must be one of 'none', 'mean', 'sum'.*got 'average'"):
        loss(reduction="average")(np.zeros((1, 2)), target)


def test_batchmean_is_of_the_divergence_only():
    with pytest.raises(ValueError, match="got 'batchmean'"):
        functional.mse_loss([1.0], [1.0], reduction="batchmean")


# ------------------------------------------------------------------------------------------------- regularisers


def test_penalties_are_sums_over_all_parameters():
    parameters = [nn.Parameter([[3.0, -4.0]]), nn.Parameter(2.0)]
    assert float(functional.l1_penalty(parameters, 0.5)) == 4.5
    assert float(functional.l2_penalty(parameters, 0.5)) == 7.25
    assert functional.l1_penalty(parameters, 0.5).dtype == np.float32


def test_the_gradient_of_the_l1_penalty_is_the_sign_and_0_at_0():
    gradient = grad(lambda p: functional.l1_penalty([p], 0.5))(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(gradient, [-0.5, 0, 0.5])


def test_the_gradient_of_the_l2_penalty_is_the_parameter_times_the_strength():
    gradient = grad(lambda p: functional.l2_penalty([p], 0.5))(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(gradient, [-1, 0, 1.5])


@pytest.mark.parametrize("penalty", [functional.l1_penalty, functional.l2_penalty])
def test_a_penalty_of_no_parameters_is_refused(penalty):
    generator = nn.Linear(1, 1).parameters()
    penalty(generator, 1)
    with pytest.raises(ValueError, match="no parameters"):
        penalty(generator, 1)
