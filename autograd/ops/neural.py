"""What neural networks are made of: activations, the affine map, softmax, cross-entropy.

Each is one primitive because that is faster or stabler than composing it; each VJP is still plain NumPy.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.primitive import primitive

SELU_ALPHA = 1.6732632423543772  # Klambauer et al. (2017), Self-Normalizing Neural Networks, equation 14
SELU_SCALE = 1.0507009873554805

# ------------------------------------------------------------------------------------------------- activations


@primitive
def relu(x: Any) -> Any:
    """max(0, x); its derivative at 0 is 0."""
    return np.maximum(x, 0)


relu.defvjp(lambda g, y: g * (y > 0))


@primitive
def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """X where positive, else ``negative_slope * x``."""
    return np.maximum(x, 0) + np.minimum(x, 0) * negative_slope


leaky_relu.defvjp(lambda g, x, negative_slope: np.where(x > 0, g, g * negative_slope))


@primitive
def elu(x: Any, alpha: float = 1.0) -> Any:
    """X where positive, else ``alpha * (exp(x) - 1)``."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


elu.defvjp(lambda g, x, alpha: np.where(x > 0, g, g * (alpha * np.exp(np.where(x > 0, 0, x)))))


def selu(x: Any) -> Any:
    """Return the ELU with the constants for which activations keep mean 0 and variance 1, times its scale."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


@primitive
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) (Skrede 2018, in the form that overflows on neither side).

    The value keeps all digits on both sides; the derivative y (1 - y) on the left, and on the right absolutely.
    """
    is_right = np.real(x) >= 0
    e = np.exp(np.where(is_right, -x, x))
    return np.where(is_right, 1, e) / (1 + e)


sigmoid.defvjp(lambda g, y: g * (y * (1 - y)))

# ------------------------------------------------------------------------------------------------- softmax


@primitive
def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / Σ exp(x) along `axis`; the largest element is subtracted first, so nothing overflows."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    e /= e.sum(axis=axis, keepdims=True)
    return e


def softmax_vjp(g: Any, y: Any, axis: int) -> Any:
    """Y ∘ (g - Σ y∘g): the Jacobian diag(y) - yyᵀ times g, without forming it (Johnson 2014, section 2)."""
    return y * (g - (y * g).sum(axis=axis, keepdims=True))


softmax.defvjp(softmax_vjp)


@primitive
def log_softmax(x: Any, axis: int = -1) -> Any:
    """X - log Σ exp(x) along `axis`, shifted by the largest element."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


log_softmax.defvjp(lambda g, y, axis: g - np.exp(y) * g.sum(axis=axis, keepdims=True))

# ------------------------------------------------------------------------------------------------- layers and losses


# Of two matrices, `dot` is `@` at half the price of a call.


@primitive
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b for rows x of shape (..., in), weight (out, in) and bias (out,) or None."""
    y = x.dot(weight.T) if x.ndim == 2 else x @ weight.T
    if bias is not None:
        y += bias
    return y


def linear_vjp_weight(g: Any, x: Any) -> Any:
    """gᵀ x over all rows (Dey, equation 11: ∇_W C = δ aᵀ, here with examples in rows)."""
    if x.ndim != 2:
        g, x = g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1])
    return g.T.dot(x)


def linear_vjp_bias(g: Any) -> Any:
    """Σ g over all rows. A product with ones takes a third of the time of a sum."""
    if g.ndim != 2:
        g = g.reshape(-1, g.shape[-1])
    return g.T.dot(ones(g.shape[0], g.dtype))


@functools.lru_cache(maxsize=64)
def ones(size: int, dtype: np.dtype[Any]) -> np.ndarray:
    """Return a read-only vector of ones."""
    vector = np.ones(size, dtype)
    vector.flags.writeable = False
    return vector


linear.defvjp(
    lambda g, weight: g.dot(weight) if g.ndim == 2 else g @ weight,
    linear_vjp_weight,
    linear_vjp_bias,
)


FEW_CLASSES = 32  # sums over so few are several times as fast if each class is a row in memory


@primitive
def cross_entropy(logits: Any, labels: Any, weights: Any, smoothing: float = 0.0) -> Any:
    """Return Σ_i weights_i · (-Σ_c t_ic log softmax(logits_i)_c) in nats: a scalar.

    The targets t are one-hot, but for `smoothing`, which is spread evenly over the classes.

    Parameters
    ----------
    logits : (m, C) float
    labels : (m,) int
    weights : (m,) or scalar float
        Of each example; 1/m for the mean.
    smoothing : float in [0, 1]
    """
    scores = logits.T.copy(order="C" if logits.shape[1] <= FEW_CLASSES else "K")
    scores -= np.maximum.reduce(scores, axis=0)
    target = scores[labels, np.arange(labels.size)]
    if smoothing:
        target = (1 - smoothing) * target + smoothing * scores.mean(axis=0)
    probabilities = np.exp(scores, scores)
    total = np.add.reduce(probabilities, axis=0)
    probabilities /= total
    losses = np.log(total) - target
    return (losses.dot(weights) if np.ndim(weights) else losses.sum() * weights), probabilities.T


def cross_entropy_vjp(g: Any, probabilities: Any, labels: Any, weights: Any, smoothing: float) -> Any:
    """(softmax - target) · weights · g (Skrede 2018, equation 21d: ∂L/∂z = ŷ - ỹ)."""
    classes = probabilities.shape[1]
    target = one_hot(labels, classes, probabilities.dtype)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    scale = g * weights
    return (probabilities - target) * (scale[:, None] if scale.ndim else scale)


def one_hot(labels: np.ndarray, classes: int, dtype: np.dtype[Any]) -> np.ndarray:
    """Return rows, one a label, that are 1 at the label and 0 elsewhere: (m,) to (m, classes)."""
    few = classes <= FEW_CLASSES
    rows = np.zeros((classes, labels.size), dtype).T if few else np.zeros((labels.size, classes), dtype)
    rows[np.arange(labels.size), labels] = 1
    return rows


cross_entropy.defvjp(cross_entropy_vjp, byproducts={"probabilities": (softmax, 1)})
