"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from nn.optim.optimizer import Group, Optimizer, Work, require_finite


class SGD(Optimizer):
    """Gradient descent on mini-batches, with momentum, Nesterov's or not, and weight decay.

    Parameters
    ----------
    params : iterable of Tensor, of (name, Tensor), or of dicts
        What to update; see `Optimizer`.
    lr : float
        The learning rate η.
    momentum : float in [0, 1)
        The factor μ by which the velocity persists.
    dampening : float
        How much of the gradient is held back from the velocity.
    weight_decay : float
        λ; adds λ p to the gradient, as an L2 penalty λ/2 ‖p‖² would.
    nesterov : bool
        Look ahead along the velocity; needs momentum and no dampening.
    maximize : bool
        Ascend instead.

    Notes
    -----
    ::

        g ← ∇C + λ p
        v ← μ v + (1 - dampening) g        (v ← g at the first step)
        p ← p - η v                        (p - η (g + μ v) with nesterov)

    Without momentum this is p ← p - η ∇C (Dey, equation 14; Skrede 2018, equation 13). The velocity does not contain η
    (Sutskever et al. 2013 put it inside); the convention is torch's. The update is in place, and from the second step
    on no array is allocated.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import Parameter, optim
    >>> p = Parameter([1.0, 2.0])
    >>> optimizer = optim.SGD([p], lr=0.5)
    >>> np.sum(p * p).backward()
    >>> optimizer.step()
    >>> p.data
    array([0., 0.], dtype=float32)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def check(self, group: Group) -> None:
        require_finite("SGD", "lr", group["lr"], 0)
        require_finite("SGD", "momentum", group["momentum"], 0, 1)
        require_finite("SGD", "dampening", group["dampening"], -np.inf)
        require_finite("SGD", "weight_decay", group["weight_decay"], 0)
        if group["nesterov"] and (group["momentum"] == 0 or group["dampening"] != 0):
            raise ValueError(
                f"SGD: nesterov needs momentum > 0 and dampening 0, got momentum={group['momentum']} and "
                f"dampening={group['dampening']}"
            )

    def update(
        self, values: np.ndarray, gradient: np.ndarray, group: Group, state: dict[str, np.ndarray], work: Work
    ) -> np.ndarray:
        lr, momentum, weight_decay = float(group["lr"]), group["momentum"], group["weight_decay"]
        scratch, spare = work
        if weight_decay:
            np.multiply(values, float(weight_decay), out=scratch)
            combine = np.subtract if group["maximize"] else np.add
            gradient = combine(scratch, gradient, out=scratch)
        elif group["maximize"]:
            gradient = np.negative(gradient, out=scratch)
        if momentum:
            momentum = float(momentum)
            velocity = state.get("momentum_buffer")
            if velocity is None:
                velocity = state["momentum_buffer"] = gradient.copy()
            else:
                velocity *= momentum
                kept = 1 - float(group["dampening"])
                velocity += gradient if kept == 1 else np.multiply(gradient, kept, out=spare)
            if group["nesterov"]:
                gradient = np.add(gradient, np.multiply(velocity, momentum, out=spare), out=scratch)
            else:
                gradient = velocity
        return np.multiply(gradient, lr, scratch)
