"""What a check of all parameters of a classifier costs: calls of the loss, and seconds.

The network is that of `benchmarks.works.networks`, 784-128-10 with ReLU, at its first batch, in float64.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.checkers.contestants.answer import first_line

SIZES, BATCH = (784, 128, 10), 8
LONG = 5.0  # seconds

MODES = {"chainrule": ("fast", "full", "auto", ""), "torch": ("",), "torch_fast": ("",)}


def of(contestant: str, mode: str) -> dict[str, Any] | None:
    """Return the answer, the calls of the loss and the seconds of a check; None if there is no such mode.

    The mode "" is the default. The second check is timed, as the first sets up much; the first if it takes long.
    """
    check = {"chainrule": _chainrule, "torch": _torch, "torch_fast": _torch_fast}[contestant](mode)
    if check is None:
        return None
    for _ in range(2):
        start = time.perf_counter()
        try:
            answer, calls = check()
        except Exception as exception:
            return {"answer": first_line(exception), "calls": None, "seconds": time.perf_counter() - start}
        seconds = time.perf_counter() - start
        if seconds > LONG:
            break
    return {"answer": answer, "calls": calls, "seconds": seconds}


def _chainrule(mode: str) -> Callable[[], tuple[str, int]] | None:
    import nn
    from autograd import gradcheck
    from benchmarks.works import networks

    if mode and "mode" not in inspect.signature(gradcheck).parameters:
        return None
    x, labels = networks.data(SIZES, BATCH)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    model.load_state_dict(networks.state(SIZES))  # float32, which gradcheck checks in float64
    inputs, loss_function = x.astype(np.float64), nn.CrossEntropyLoss()
    options: dict[str, Any] = {"mode": mode} if mode else {}

    def check() -> tuple[str, int]:
        calls = 0

        def loss() -> Any:
            nonlocal calls
            calls += 1
            return loss_function(model(inputs), labels)

        return str(gradcheck(loss, model, seed=0, **options).verdict), calls

    return check


def _torch(mode: str, **options: Any) -> Callable[[], tuple[str, int]]:
    import torch
    from torch import nn

    from benchmarks.works import networks

    x, labels = map(torch.from_numpy, networks.data(SIZES, BATCH))
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    model.load_state_dict({name: torch.from_numpy(value) for name, value in networks.state(SIZES).items()})
    model, x, loss_function = model.double(), x.double(), nn.CrossEntropyLoss()
    names = [name for name, _ in model.named_parameters()]

    def check() -> tuple[str, int]:
        calls = 0

        def loss(*parameters: Any) -> Any:
            nonlocal calls
            calls += 1
            return loss_function(
                torch.func.functional_call(model, dict(zip(names, parameters, strict=True)), x), labels
            )

        passed = torch.autograd.gradcheck(loss, tuple(model.parameters()), raise_exception=False, **options)
        return "accept" if passed else "reject", calls

    return check


def _torch_fast(mode: str) -> Callable[[], tuple[str, int]]:
    return _torch(mode, fast_mode=True)
