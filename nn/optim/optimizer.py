"""What optimisers share: parameter groups, their checks, state, and gradients to forget."""

from __future__ import annotations

import copy
import math
import numbers
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import CheckpointError, Tensor, enable_grad

Group = dict[str, Any]
Work = tuple[np.ndarray, np.ndarray]


class Optimizer:
    """Base class: subclass it, give the defaults of the hyper-parameters, define `update`.

    Parameters
    ----------
    params : iterable of Tensor, of (name, Tensor), or of dicts
        The parameters, or groups ``{"params": [...], "lr": ...}`` with hyper-parameters of their own.
    defaults : dict
        The hyper-parameters of a group that does not set them.

    Attributes
    ----------
    param_groups : list of dict
        The groups; a hyper-parameter may be changed between steps.
    state : list of dict of arrays
        What the optimiser remembers of each parameter, in the order of the parameters.
    """

    def __init__(self, params: Iterable[Any], defaults: Group) -> None:
        if isinstance(params, Tensor):
            raise TypeError(f"{self._name}: params is a single Tensor; give a list of them")
        given = list(params)
        if not given:
            raise ValueError(f"{self._name}: no parameters (an empty list, or a generator that was used before)")
        groups = given if isinstance(given[0], dict) else [{"params": given}]
        for position, group in enumerate(groups):
            if not isinstance(group, dict) or "params" not in group:
                raise TypeError(
                    f"{self._name}: group {position} must be a dict with 'params', got {type(group).__name__}"
                )
        self.param_groups: list[Group] = [
            {**defaults, **group, "params": _tensors(group["params"])} for group in groups
        ]
        self._refuse_wrong_parameters()
        for group in self.param_groups:
            self.check(group)
        self.state: list[dict[str, np.ndarray]] = [{} for group in self.param_groups for _ in group["params"]]
        self._work = _work_arrays([p for group in self.param_groups for p in group["params"]])

    def check(self, group: Group) -> None:
        """Raise ValueError if a hyper-parameter of `group` is out of its range."""

    def update(
        self, values: np.ndarray, gradient: np.ndarray, group: Group, state: dict[str, np.ndarray], work: Work
    ) -> np.ndarray:
        """Return the step to subtract from `values`, computed in `state` and in two arrays like `values`: `work`."""
        raise NotImplementedError

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss again, with its gradients, before the update; what it returns is returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        position = 0
        updated = False
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                if gradient is not None:
                    updated = True
                    values = parameter.data
                    values -= self.update(values, gradient, group, self.state[position], self._work[position])
                    parameter.data = values  # notes the write
                position += 1
        if not updated:
            warnings.warn(f"{self._name}.step: no parameter has a gradient; call backward() first", stacklevel=2)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or with ``set_to_none=False`` set them to zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none:
                    parameter.grad = None
                elif parameter.grad is not None:
                    parameter.grad.fill(0)

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the state and the hyper-parameters, without the parameters themselves."""
        groups = [{name: value for name, value in group.items() if name != "params"} for group in self.param_groups]
        return {"state": copy.deepcopy(self.state), "param_groups": copy.deepcopy(groups)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore what `state_dict` returned; on an error nothing changes."""
        state, groups = state_dict["state"], state_dict["param_groups"]
        parameters = [p for group in self.param_groups for p in group["params"]]
        if len(groups) != len(self.param_groups) or len(state) != len(parameters):
            raise CheckpointError(
                f"{self._name}: a state of {len(groups)} groups and {len(state)} parameters for an optimiser of "
                f"{len(self.param_groups)} and {len(parameters)}; nothing was loaded"
            )
        for position, (arrays, parameter) in enumerate(zip(state, parameters, strict=True)):
            for name, array in arrays.items():
                if np.shape(array) != parameter.shape:
                    raise CheckpointError(
                        f"{self._name}: '{name}' of parameter {position} has shape {np.shape(array)}, the parameter "
                        f"{parameter.shape}; nothing was loaded"
                    )
        for group, values in zip(self.param_groups, groups, strict=True):
            self.check({**group, **values})
        self.state = [
            {name: np.array(array, dtype=parameter.dtype) for name, array in arrays.items()}
            for arrays, parameter in zip(state, parameters, strict=True)
        ]
        for group, values in zip(self.param_groups, groups, strict=True):
            group.update(copy.deepcopy(values))

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _refuse_wrong_parameters(self) -> None:
        seen: set[int] = set()
        for position, parameter in enumerate(p for group in self.param_groups for p in group["params"]):
            if not isinstance(parameter, Tensor):
                raise TypeError(f"{self._name}: parameter {position} is {type(parameter).__name__}, not a Tensor")
            if not parameter.is_leaf:
                raise ValueError(f"{self._name}: parameter {position} is the output of an operation; give leaves")
            if id(parameter) in seen:
                raise ValueError(f"{self._name}: parameter {position} of shape {parameter.shape} was given twice")
            seen.add(id(parameter))


def require_finite(optimizer: str, name: str, value: Any, low: float, high: float = math.inf) -> None:
    """Raise ValueError unless `value` is a finite number in [low, high)."""
    if not isinstance(value, numbers.Real) or not math.isfinite(value) or not low <= float(value) < high:
        bounds = f"at least {low:g}" if high == math.inf else f"in [{low:g}, {high:g})"
        raise ValueError(f"{optimizer}: {name} must be a finite number {bounds}, got {value!r}")


def _tensors(params: Any) -> list[Tensor]:
    params = [params] if isinstance(params, Tensor) else list(params)
    return [item[1] if isinstance(item, tuple) else item for item in params]


def _work_arrays(parameters: list[Tensor]) -> list[Work]:
    """Return two arrays like each parameter, for intermediate results; those of all parameters share their memory."""
    size = max((p.nbytes for p in parameters), default=0)
    one, two = np.empty(size, np.uint8), np.empty(size, np.uint8)
    return [
        (one[: p.nbytes].view(p.dtype).reshape(p.shape), two[: p.nbytes].view(p.dtype).reshape(p.shape))
        for p in parameters
    ]
