"""What neural networks are made of: activations, the affine map, softmax, cross-entropy.

Each is one primitive because that is faster or stabler than composing it; each VJP is still plain NumPy.
"""

from __future__ import annotations

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
    return np.where(x > 0, x, x * negative_slope)


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
    """1 / (1 + exp(-x)), by way of tanh, which neither overflows nor branches."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


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


@primitive
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b for rows x of shape (..., in), weight (out, in) and bias (out,) or None."""
    y = x @ weight.T
    if bias is not None:
        y += bias
    return y


def linear_vjp_weight(g: Any, x: Any) -> Any:
    """Gᵀ X over all rows (Dey, D11: ∇_W C = δ aᵀ, here with examples in rows)."""
    if x.ndim != 2:
        g, x = g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1])
    return g.T @ x


linear.defvjp(
    lambda g, weight: g @ weight,
    linear_vjp_weight,
    lambda g: g.sum(axis=tuple(range(g.ndim - 1))),
)


@primitive
def cross_entropy(logits: Any, labels: Any, weights: Any) -> Any:
    """Return Σ_i weights_i · (-log softmax(logits_i)[labels_i]) in nats: a scalar.

    Parameters
    ----------
    logits : (m, C) float
    labels : (m,) int
    weights : (m,) or scalar float
        Of each example; 1/m for the mean.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted)
    total = probabilities.sum(axis=1, keepdims=True)
    probabilities /= total
    losses = np.log(total[:, 0]) - shifted[np.arange(labels.size), labels]
    return (losses * weights).sum(), probabilities


def cross_entropy_vjp(g: Any, probabilities: Any, labels: Any, weights: Any) -> Any:
    """(softmax - one-hot) weighted (Skrede, S16-S20: ∂L/∂z = ŷ - ỹ)."""
    one_hot = np.arange(probabilities.shape[1]) == labels[:, None]
    scale = g * weights
    return (probabilities - one_hot) * (scale[:, None] if scale.ndim else scale)


cross_entropy.defvjp(cross_entropy_vjp, byproducts={"probabilities": (softmax, 1)})
