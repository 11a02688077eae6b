"""`Tensor`: an ndarray that knows how it was computed.

Everything numerical is NumPy's: operators and methods call NumPy functions, and NumPy hands each call on a Tensor
back through ``__array_ufunc__`` and ``__array_function__``. The dictionary `overloads` then says which primitive (or
composition of primitives) computes that NumPy function on Tensors. So this file needs no primitive by name.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any, Generic, NoReturn, Self, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from autograd import graph, hooks, memory, views
from autograd.errors import DTypeError, GraphError, ShapeError, UnsupportedError
from autograd.explain import FAILURES, explain_call
from autograd.grad_mode import recording

ArrayLike: TypeAlias = "Tensor | npt.ArrayLike"
Axis: TypeAlias = "int | tuple[int, ...] | None"
Unary: TypeAlias = 'Callable[[], "Tensor"]'
Binary: TypeAlias = 'Callable[[Any], "Tensor"]'
ToArray: TypeAlias = Callable[[Any], np.ndarray]
Method = TypeVar("Method", covariant=True)

overloads: dict[Callable[..., Any], Callable[..., Any]] = {}  # NumPy function -> what computes it on Tensors
ways_out: dict[Callable[..., Any], str] = {}  # NumPy function that Tensors refuse -> why, or what to do instead
ANY_WAY_OUT = "use .data for plain values, or define it with autograd.primitive"
_operators: dict[Callable[..., Any], list[tuple[str, bool]]] = {}  # ufunc -> names of operators, whether reflected
_tables = {"scipy.special": "autograd.scipy.special"}  # module of ufuncs -> what computes them on Tensors


def overload(function: Callable[..., Any], implementation: Callable[..., Any]) -> None:
    """Make `implementation` compute NumPy's `function` on Tensors, also where it is an operator."""
    overloads[function] = implementation
    for name, is_reflected in _operators.get(function, ()):
        setattr(Tensor, name, _method(implementation, is_reflected))


def refuse(way_out: str, *functions: Callable[..., Any]) -> None:
    """Say what to do instead of calling NumPy's `functions` on Tensors."""
    ways_out.update(dict.fromkeys(functions, way_out))


def operators_of(function: Callable[..., Any]) -> list[str]:
    """Return the names of the operators of Tensor that NumPy computes by `function`."""
    return [name for name, _ in _operators.get(function, ())]


def _method(implementation: Callable[..., Any], is_reflected: bool) -> Callable[..., Any]:
    if is_reflected:
        return lambda self, other: implementation(other, self)
    if isinstance(implementation, FunctionType):
        return implementation  # one call less than any other way
    return lambda *operands: implementation(*operands)


class Operator(Generic[Method]):
    """Declares a method of Tensor to be the operator that NumPy computes by `ufunc`."""

    def __init__(self, ufunc: np.ufunc, reflected: bool = False) -> None:
        self._ufunc = ufunc
        self._is_reflected = reflected

    def __set_name__(self, owner: type, name: str) -> None:
        _operators.setdefault(self._ufunc, []).append((name, self._is_reflected))

    def __get__(self, instance: Tensor | None, owner: type) -> Method:
        raise AttributeError(f"nothing computes np.{self._ufunc.__name__} on Tensors yet")


class Tensor:
    """An array that records the operations applied to it, so that gradients can be computed.

    Parameters
    ----------
    data : array_like
        The values, of any shape. ``np.asarray`` semantics: the memory of a given ndarray is shared, not copied.
    requires_grad : bool
        Whether `backward` computes a gradient for this Tensor. Needs a floating or complex dtype.
    dtype : dtype, optional
        The dtype of the values; NumPy's choice by default (float64 for Python floats).

    Raises
    ------
    ShapeError
        If nested sequences are ragged.
    DTypeError
        If the dtype is not numeric, or `requires_grad` is asked of integers.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = np.sum(x**2)
    >>> y.backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ("__weakref__", "_base", "_data", "_node", "_views")

    # None for a constant. Views and copies never share a node, and a node never refers to a Tensor.
    _node: graph.Node | None
    _views: list[Any] | None  # who shows the same memory, and `_base` what a view was taken of: see `autograd.views`

    def __init__(self, data: ArrayLike, requires_grad: bool = False, dtype: npt.DTypeLike | None = None) -> None:
        self._data: Any = _as_numeric_array(data, dtype)
        self._node = None
        self._views = None
        if isinstance(data, Tensor) and views.shows(self.data, data.data):
            views.note_view(data, self)
        if requires_grad:
            self.requires_grad = True

    # ------------------------------------------------------------------------------------------ what it holds

    @property
    def data(self) -> np.ndarray:
        """The values as a plain ndarray that shares memory with this Tensor.

        Assigning replaces the values; shape and dtype of a Tensor that requires a gradient must stay. Writing into
        the array itself (``t.data[0] = 1``) cannot be noticed by the library; ``t[0] = 1`` and ``t.data -= v`` can.
        """
        data = self._data
        if type(data) is not np.ndarray:  # a NumPy scalar
            data = self._data = np.asarray(data)
        return data

    @data.setter
    def data(self, value: npt.ArrayLike) -> None:
        if value is self._data:  # the second half of ``t.data += v``
            memory.record_write(self.data)
            return
        array = _as_numeric_array(value, None)
        if self._node is not None:
            if self._node.rule is not None:
                raise GraphError(
                    f"data: cannot replace the values of the output of {self._node.rule.name}; detach() first"
                )
            if array.shape != self._node.shape:
                raise ShapeError(f"data: new shape {array.shape} differs from the variable's shape {self._node.shape}")
            if array.dtype != self._node.dtype:
                raise DTypeError(f"data: new dtype {array.dtype} differs from the variable's dtype {self._node.dtype}")
        self._data = array

    @property
    def _value(self) -> Any:
        """The plain value, by the name that code for HIPS autograd prints it by."""
        return self.data[()]

    @property
    def grad(self) -> np.ndarray | None:
        """The accumulated gradient of a leaf, a plain ndarray of its shape and dtype, or None."""
        node = self._node
        if node is None:
            return None
        if node.rule is not None and not hasattr(node, "grad"):
            warnings.warn(
                f"grad of the output of {node.rule.name} is not kept; call retain_grad() on it before backward()",
                stacklevel=2,
            )
            return None
        return node.grad

    @grad.setter
    def grad(self, value: npt.ArrayLike | None) -> None:
        node = self._node
        if value is None and (node is None or node.rule is None):
            if node is not None:
                node.grad = None
            return
        if node is None or node.rule is not None:
            raise GraphError("grad: only a leaf that requires a gradient has one to set")
        array = np.array(value, dtype=node.dtype)
        if array.shape != node.shape:
            raise ShapeError(f"grad: shape {array.shape} differs from the Tensor's shape {node.shape}")
        node.grad = array

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient flows to or through this Tensor."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, flag: bool) -> None:
        if not self.is_leaf:
            raise GraphError(f"requires_grad: only a leaf can change it, this is {self._describe()}; detach() first")
        if not flag:
            self._node = None
        elif self._node is None:
            if self._data.dtype.kind not in "fc":
                raise DTypeError(
                    f"requires_grad needs a floating or complex dtype, got {self._data.dtype}; pass dtype=np.float64"
                )
            self._node = graph.leaf(self._data.shape, self._data.dtype)

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this Tensor."""
        return self._node is None or self._node.rule is None

    @property
    def shape(self) -> tuple[int, ...]:
        return self._data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._data.dtype

    @property
    def ndim(self) -> int:
        return self._data.ndim

    @property
    def size(self) -> int:
        return self._data.size

    @property
    def nbytes(self) -> int:
        return self._data.nbytes

    @property
    def itemsize(self) -> int:
        return self._data.itemsize

    @property
    def strides(self) -> tuple[int, ...]:
        return self._data.strides

    # ------------------------------------------------------------------------------------------ the graph

    def backward(self, gradient: npt.ArrayLike | None = None, retain_graph: bool = False) -> None:
        """Accumulate the gradient of this Tensor into ``.grad`` of every leaf it was computed from.

        Parameters
        ----------
        gradient : array_like, optional
            The cotangent to start from, of this Tensor's shape; 1 for a Tensor of one element.
        retain_graph : bool
            Keep the saved arrays, so that the graph can be swept again.

        Raises
        ------
        GraphError
            If nothing was recorded, the graph was freed, or an array it needs was written to.
        ShapeError
            If `gradient` has another shape.

        Notes
        -----
        Nothing is recorded; for higher orders use `autograd.grad` and its relatives. On an error no ``.grad`` changes.
        """
        node = self._node
        if node is None:
            raise GraphError(f"backward: {self._why_no_graph()}")
        if gradient is None:
            if self._data.size != 1:
                raise GraphError(
                    f"backward: the output has shape {self.shape}, so its gradient needs a cotangent; pass gradient= "
                    "of that shape, or reduce to a scalar first"
                )
            if node.dtype.kind == "c":
                raise DTypeError(
                    f"backward: the output is complex ({self.dtype}); a loss is real: take np.real or np.abs, or pass "
                    "gradient="
                )
            seed: Any = np.ones(node.shape, node.dtype) if node.shape else node.dtype.type(1)
        else:
            seed = np.array(gradient, dtype=self.dtype)
            if seed.shape != self.shape:
                raise ShapeError(f"backward: gradient has shape {seed.shape}, the output {self.shape}; they must agree")
        graph.backward(node, seed, retain_graph=retain_graph)

    def detach(self) -> Tensor:
        """Return a constant Tensor that shares this one's memory and nothing of its graph."""
        return wrap(self.data, None)

    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf in ``.grad`` during the next `backward`."""
        if self._node is None:
            raise GraphError(f"retain_grad: {self._why_no_graph()}")
        if self._node.rule is not None and not hasattr(self._node, "grad"):
            self._node.grad = None
            graph.retained.add(self._node)

    def register_hook(self, hook: hooks.Hook) -> hooks.RemovableHandle:
        """Have `hook` called with the gradient of this Tensor in every sweep that computes it.

        Parameters
        ----------
        hook : callable
            Takes the gradient, of this Tensor's shape and dtype, complete and before it is used: a read-only array, or
            a Tensor where the sweep is recorded. Returns None, or the gradient to go on with in its place.

        Returns
        -------
        RemovableHandle
            Its ``remove()`` ends it; usable in a ``with`` statement.

        Raises
        ------
        GraphError
            If this Tensor requires no gradient.

        Notes
        -----
        As torch's: hooks of one Tensor are called in the order of registration, each with what the one before returned;
        those inside the graph when the sweep passes, before any ``.grad`` is set; those of leaves at the end of the
        sweep, with this sweep's gradient alone, before it is added to ``.grad``.

        Examples
        --------
        >>> import numpy as np
        >>> from autograd import Tensor
        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> y = x * 3.0
        >>> handle = y.register_hook(lambda g: np.clip(g, -1.0, 1.0))
        >>> np.sum(y**2).backward()
        >>> x.grad
        array([3., 3.])
        >>> handle.remove()
        """
        if self._node is None:
            raise GraphError(f"register_hook: {self._why_no_graph()}")
        return hooks.register(self._node, hook)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad` and return this Tensor."""
        self.requires_grad = requires_grad
        return self

    def _why_no_graph(self) -> str:
        if self.dtype.kind not in "fc":
            return f"this Tensor is of dtype {self.dtype}, which has no gradient"
        if not recording.get():
            return "this Tensor has no graph; operations inside no_grad() are not recorded"
        return (
            "this Tensor has no graph: it is a constant, was detached, or was computed under no_grad() or from "
            "constants alone; give an input requires_grad=True"
        )

    def _describe(self) -> str:
        rule = self._node.rule if self._node else None
        return f"the output of {rule.name}" if rule else "a leaf"

    # ------------------------------------------------------------------------------------------ NumPy's protocols

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        if self._node is not None:
            raise GraphError(
                "this Tensor requires a gradient, which a plain array cannot carry; use .detach() or .data for the "
                "values, or np.stack / np.concatenate to join Tensors"
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc not in overloads:
            _import_tables()
        if method != "__call__" and (compute := overloads.get(getattr(np.ufunc, method))) is not None:
            try:
                return compute(ufunc, *inputs, **kwargs)
            except FAILURES as error:
                _explain(error, f"{ufunc.__name__}.{method}", getattr(np.ufunc, method), (ufunc, *inputs), kwargs)
        if kwargs or method != "__call__" or ufunc not in overloads:
            raise UnsupportedError(_why_unsupported(ufunc, method, kwargs))
        try:
            return overloads[ufunc](*inputs)
        except FAILURES as error:
            _explain(error, ufunc.__name__, ufunc, inputs, {})

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        overload = overloads.get(function)
        if overload is None:
            name = f"{function.__module__}.{function.__name__}".replace("numpy", "np", 1)
            raise UnsupportedError(f"{name}: not supported on Tensors; {ways_out.get(function, ANY_WAY_OUT)}")
        try:
            return overload(*args, **kwargs)
        except FAILURES as error:
            _explain(error, function.__name__, function, args, kwargs)

    # ------------------------------------------------------------------------------------------ operators

    # `overload` puts the functions that compute these ufuncs on Tensors in these places.
    __neg__ = Operator[Unary](np.negative)
    __pos__ = Operator[Unary](np.positive)
    __abs__ = Operator[Unary](np.absolute)
    __add__ = Operator[Binary](np.add)
    __radd__ = Operator[Binary](np.add, reflected=True)
    __sub__ = Operator[Binary](np.subtract)
    __rsub__ = Operator[Binary](np.subtract, reflected=True)
    __mul__ = Operator[Binary](np.multiply)
    __rmul__ = Operator[Binary](np.multiply, reflected=True)
    __truediv__ = Operator[Binary](np.divide)
    __rtruediv__ = Operator[Binary](np.divide, reflected=True)
    __floordiv__ = Operator[ToArray](np.floor_divide)
    __rfloordiv__ = Operator[ToArray](np.floor_divide, reflected=True)
    __mod__ = Operator[Binary](np.remainder)
    __rmod__ = Operator[Binary](np.remainder, reflected=True)
    __pow__ = Operator[Binary](np.power)
    __rpow__ = Operator[Binary](np.power, reflected=True)
    __matmul__ = Operator[Binary](np.matmul)
    __rmatmul__ = Operator[Binary](np.matmul, reflected=True)
    __divmod__ = Operator[Binary](np.divmod)
    __rdivmod__ = Operator[Binary](np.divmod, reflected=True)
    __and__ = Operator[ToArray](np.bitwise_and)
    __rand__ = Operator[ToArray](np.bitwise_and, reflected=True)
    __or__ = Operator[ToArray](np.bitwise_or)
    __ror__ = Operator[ToArray](np.bitwise_or, reflected=True)
    __xor__ = Operator[ToArray](np.bitwise_xor)
    __rxor__ = Operator[ToArray](np.bitwise_xor, reflected=True)
    __lshift__ = Operator[ToArray](np.left_shift)
    __rlshift__ = Operator[ToArray](np.left_shift, reflected=True)
    __rshift__ = Operator[ToArray](np.right_shift)
    __rrshift__ = Operator[ToArray](np.right_shift, reflected=True)
    __invert__ = Operator[Callable[[], np.ndarray]](np.invert)
    __lt__ = Operator[ToArray](np.less)
    __le__ = Operator[ToArray](np.less_equal)
    __gt__ = Operator[ToArray](np.greater)
    __ge__ = Operator[ToArray](np.greater_equal)

    def __iadd__(self, other: Any) -> Self:
        return self._update(np.add, other)

    def __isub__(self, other: Any) -> Self:
        return self._update(np.subtract, other)

    def __imul__(self, other: Any) -> Self:
        return self._update(np.multiply, other)

    def __itruediv__(self, other: Any) -> Self:
        return self._update(np.divide, other)

    def __ifloordiv__(self, other: Any) -> Self:
        return self._update(np.floor_divide, other)

    def __imod__(self, other: Any) -> Self:
        return self._update(np.remainder, other)

    def __ipow__(self, other: Any) -> Self:
        return self._update(np.power, other)

    def __imatmul__(self, other: Any) -> Self:
        return self._update(np.matmul, other)

    def __eq__(self, other: object) -> np.ndarray:  # type: ignore[override]  # elementwise, as ndarray's
        return self._compare(np.equal, other)

    def __ne__(self, other: object) -> np.ndarray:  # type: ignore[override]  # elementwise, as ndarray's
        return self._compare(np.not_equal, other)

    def _compare(self, ufunc: np.ufunc, other: object) -> Any:
        try:
            return overloads[ufunc](self, other)
        except TypeError:  # there is nothing to compare numbers with, such as a string
            return NotImplemented

    __hash__ = object.__hash__  # by identity: comparison is elementwise

    def _update(self, ufunc: np.ufunc, other: Any) -> Self:
        """Compute ``self = ufunc(self, other)`` for an augmented assignment."""
        self._refuse_writing_to_variable(f"in-place {ufunc.__name__}")
        other_requires_grad = isinstance(other, Tensor) and other._node is not None
        if recording.get() and (self._node is not None or other_requires_grad):
            is_shown = views.root_of(self) is not self or bool(views.views_of(self))  # by other Tensors
            operands = (_apart(self), _apart(other)) if is_shown else (self, other)
            result = overloads[ufunc](*operands)
            if not isinstance(result, Tensor):  # of a function without derivative
                result = wrap(result, None)
            if result.shape != self.shape:
                raise ShapeError(f"in-place {ufunc.__name__}: the result has shape {result.shape}, not {self.shape}")
            if not np.can_cast(result.dtype, self.dtype, "same_kind"):
                raise DTypeError(
                    f"in-place {ufunc.__name__}: the result is {result.dtype}, which a Tensor of dtype {self.dtype} "
                    f"cannot hold; write t = t.astype({result.dtype}) first"
                )
            if result.dtype != self.dtype:
                result = result.astype(self.dtype)
            if is_shown:
                self[...] = result
            else:  # new memory, because nodes may have saved the old
                self._data, self._node = result._data, result._node
        else:
            data = self.data
            ufunc(data, other._data if isinstance(other, Tensor) else other, out=data)
            memory.record_write(data)
        return self

    def _refuse_writing_to_variable(self, operation: str) -> None:
        if self._node is not None and self._node.rule is None and recording.get():
            raise GraphError(
                f"{operation}: this Tensor of shape {self.shape} requires a gradient; update it inside "
                "`with no_grad():`, or write t = t + v to make a new Tensor"
            )

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ShapeError(
                f"the truth value of a Tensor of shape {self.shape} is ambiguous; use np.any(t.data) or np.all(t.data)"
            )
        return bool(self._data)

    def __float__(self) -> float:
        return float(self._single("float"))

    def __int__(self) -> int:
        return int(self._single("int"))

    def __complex__(self) -> complex:
        return complex(self._single("complex"))

    def __index__(self) -> int:
        return self.data.__index__()

    def _single(self, name: str) -> Any:
        if self.size != 1:
            raise ShapeError(f"{name}: only a Tensor of one element converts, this one has shape {self.shape}")
        return self._data.item()

    # ------------------------------------------------------------------------------------------ containers

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise DTypeError("iteration over a 0-d Tensor; use float(t) or t.item() for its value")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return value in self.data

    def __getitem__(self, index: Any) -> Tensor:
        return overloads[Tensor.__getitem__](self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        overloads[Tensor.__setitem__](self, index, value)

    def item(self) -> Any:
        """Return the single element as a Python number."""
        try:
            return self._data.item()
        except ValueError:
            return self._single("item")

    def tolist(self) -> Any:
        """Return the values as nested Python lists."""
        return self._data.tolist()

    def tobytes(self, order: Any = "C") -> bytes:
        """Return the values as the bytes that hold them."""
        return self._data.tobytes(order)

    def __repr__(self) -> str:
        values = np.array2string(self.data, separator=", ", prefix="Tensor(", threshold=1000)
        made = ""
        if self._node is not None:
            made = f", made_by={self._node.rule.name}" if self._node.rule else ", requires_grad=True"
        return f"{type(self).__name__}({values}, dtype={self.dtype}{made})"

    def __format__(self, specification: str) -> str:
        return format(self._data.item(), specification) if self.size == 1 and specification else str(self)

    def __reduce__(self) -> tuple[Callable[..., Tensor], tuple[Any, ...]]:
        if not self.is_leaf:
            raise GraphError(
                f"copy or pickle of {self._describe()}: only leaves can be copied, a graph cannot; detach() first"
            )
        return _rebuild, (type(self), self.data, self.requires_grad, self.grad)

    # ------------------------------------------------------------------------------------------ ndarray's methods

    @property
    def T(self) -> Tensor:  # noqa: N802  # NumPy's name
        """The transpose: all axes reversed."""
        return overloads[np.transpose](self)

    @property
    def mT(self) -> Tensor:  # noqa: N802  # NumPy's name
        """The transpose of the last two axes."""
        return overloads[np.swapaxes](self, -1, -2)

    @property
    def real(self) -> Tensor:
        return overloads[np.real](self)

    @real.setter
    def real(self, value: Any) -> None:
        self.real[...] = value

    @property
    def imag(self) -> Tensor:
        return overloads[np.imag](self)

    @imag.setter
    def imag(self, value: Any) -> None:
        self.imag[...] = value

    def conj(self) -> Tensor:
        return overloads[np.conjugate](self)

    conjugate = conj

    def astype(self, dtype: npt.DTypeLike, copy: bool = True) -> Tensor:
        return overloads[np.astype](self, dtype) if copy or self.dtype != dtype else self

    def copy(self) -> Tensor:
        return overloads[np.copy](self)

    def reshape(self, *shape: Any, order: str = "C", **options: Any) -> Tensor:
        return overloads[np.reshape](self, shape[0] if len(shape) == 1 else shape, order=order, **options)

    def ravel(self, order: str = "C") -> Tensor:
        return overloads[np.ravel](self, order)

    def flatten(self, order: str = "C") -> Tensor:
        return overloads[np.copy](self.ravel(order))

    @property
    def flat(self) -> Iterator[Tensor]:
        """The elements, one after the other; ``t.ravel()`` has them by index."""
        return iter(self.ravel())

    def transpose(self, *axes: Any) -> Tensor:
        return overloads[np.transpose](self, (axes[0] if len(axes) == 1 else axes) or None)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        return overloads[np.swapaxes](self, axis1, axis2)

    def squeeze(self, axis: Axis = None) -> Tensor:
        return overloads[np.squeeze](self, axis=axis)

    def repeat(self, repeats: Any, axis: int | None = None) -> Tensor:
        return overloads[np.repeat](self, repeats, axis=axis)

    def take(self, indices: Any, axis: int | None = None, **options: Any) -> Tensor:
        return overloads[np.take](self, indices, axis=axis, **options)

    def compress(self, condition: Any, axis: int | None = None, **options: Any) -> Tensor:
        return overloads[np.compress](condition, self, axis=axis, **options)

    def choose(self, choices: Any, **options: Any) -> Any:
        return overloads[np.choose](self, choices, **options)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        return overloads[np.diagonal](self, offset, axis1, axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1, **options: Any) -> Tensor:
        return overloads[np.trace](self, offset, axis1, axis2, **options)

    # Reductions take NumPy's further options, such as initial= and where=.

    def sum(
        self, axis: Axis = None, dtype: npt.DTypeLike | None = None, keepdims: bool = False, **options: Any
    ) -> Tensor:
        return overloads[np.sum](self, axis=axis, dtype=dtype, keepdims=keepdims, **options)

    def mean(
        self, axis: Axis = None, dtype: npt.DTypeLike | None = None, keepdims: bool = False, **options: Any
    ) -> Tensor:
        return overloads[np.mean](self, axis=axis, dtype=dtype, keepdims=keepdims, **options)

    def prod(
        self, axis: Axis = None, dtype: npt.DTypeLike | None = None, keepdims: bool = False, **options: Any
    ) -> Tensor:
        return overloads[np.prod](self, axis=axis, dtype=dtype, keepdims=keepdims, **options)

    def max(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Tensor:
        return overloads[np.max](self, axis=axis, keepdims=keepdims, **options)

    def min(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Tensor:
        return overloads[np.min](self, axis=axis, keepdims=keepdims, **options)

    def var(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False, **options: Any) -> Tensor:
        return overloads[np.var](self, axis=axis, ddof=ddof, keepdims=keepdims, **options)

    def std(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False, **options: Any) -> Tensor:
        return overloads[np.std](self, axis=axis, ddof=ddof, keepdims=keepdims, **options)

    def cumsum(self, axis: int | None = None, **options: Any) -> Tensor:
        return overloads[np.cumsum](self, axis=axis, **options)

    def cumprod(self, axis: int | None = None, **options: Any) -> Tensor:
        return overloads[np.cumprod](self, axis=axis, **options)

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        return overloads[np.clip](self, min, max)

    def dot(self, other: Any) -> Tensor:
        return overloads[np.dot](self, other)

    def round(self, decimals: int = 0) -> np.ndarray:
        return overloads[np.round](self, decimals)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> np.ndarray:
        return overloads[np.argmax](self, axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> np.ndarray:
        return overloads[np.argmin](self, axis=axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1, **options: Any) -> np.ndarray:
        return overloads[np.argsort](self, axis=axis, **options)

    def argpartition(self, kth: Any, axis: int | None = -1, **options: Any) -> np.ndarray:
        return overloads[np.argpartition](self, kth, axis=axis, **options)

    def searchsorted(self, v: Any, side: Any = "left", sorter: Any = None) -> np.ndarray:
        return overloads[np.searchsorted](self, v, side=side, sorter=sorter)

    def nonzero(self) -> tuple[np.ndarray, ...]:
        return overloads[np.nonzero](self)

    def all(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> np.ndarray:
        return overloads[np.all](self, axis=axis, keepdims=keepdims, **options)

    def any(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> np.ndarray:
        return overloads[np.any](self, axis=axis, keepdims=keepdims, **options)

    # ------------------------------------------------------------------------------------------ ... that write

    def fill(self, value: Any) -> None:
        """Write `value` everywhere, as ``t[...] = value``."""
        self[...] = value

    def put(self, indices: Any, values: Any, mode: str = "raise") -> None:
        np.put(self, indices, values, mode)  # type: ignore[arg-type]  # NumPy does not know Tensors

    def sort(self, *args: Any, **options: Any) -> None:
        raise DTypeError("sort: as a method it writes in place, which is not recorded; np.sort(t) makes a new one")

    def partition(self, *args: Any, **options: Any) -> None:
        raise DTypeError(
            "partition: as a method it writes in place, which is not recorded; np.partition(t, kth) makes a new one"
        )

    def resize(self, *args: Any, **options: Any) -> None:
        raise DTypeError(
            "resize: as a method it writes in place, which is not recorded; np.resize(t, shape) makes a new one"
        )


# ---------------------------------------------------------------------------------------------- what the engine uses


def wrap(data: Any, node: graph.Node | None) -> Tensor:
    """Return a Tensor of `data`, as it is, made by `node`."""
    tensor = _new(Tensor)
    tensor._data = data
    tensor._node = node
    tensor._views = None
    return tensor


def _apart(value: Any) -> Any:
    """Return a Tensor of the same values, computed the same way, in memory that no write to the others reaches."""
    return wrap(value.data.copy(), value._node) if isinstance(value, Tensor) else value


_new = Tensor.__new__


def _import_tables() -> None:
    """Import what computes the ufuncs of other packages on Tensors, of those that the program has imported."""
    for package, table in _tables.items():
        if package in sys.modules:
            importlib.import_module(table)


def _why_unsupported(ufunc: np.ufunc, method: str, kwargs: dict[str, Any]) -> str:
    name = f"np.{ufunc.__name__}" if getattr(np, ufunc.__name__, None) is ufunc else ufunc.__name__
    if method != "__call__":
        return f"{name}.{method}: not supported on Tensors; {ways_out.get(getattr(np.ufunc, method), ANY_WAY_OUT)}"
    if "where" in kwargs and ufunc in overloads:
        return (
            f"{name}: where= is not supported on Tensors, since without out= it leaves the other elements "
            "without a value; choose with np.where"
        )
    if kwargs and ufunc in overloads:
        return (
            f"{name}: {', '.join(sorted(kwargs))}= is not supported on Tensors; "
            "assign the result instead (or use .data for plain values)"
        )
    return f"{name}: not supported on Tensors; {ways_out.get(ufunc, ANY_WAY_OUT)}"


def _explain(
    error: Exception, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> NoReturn:
    """Raise `error` as one of the call of NumPy's `function` that Tensors were computing."""
    options = {key: plain(value) for key, value in kwargs.items()}
    raise explain_call(error, name, overloads[function], plain(args), options)


def plain(value: Any) -> Any:
    """Return `value`, a Tensor or a nest of tuples and lists of them, with each Tensor replaced by its values."""
    if isinstance(value, Tensor):
        return value._data
    if type(value) in (tuple, list):
        return type(value)(plain(item) for item in value)
    return value


def _as_numeric_array(data: Any, dtype: npt.DTypeLike | None) -> np.ndarray:
    if isinstance(data, np.ma.MaskedArray):
        raise DTypeError("Tensor: masked arrays are not supported; fill the masked values first (.filled(0))")
    if isinstance(data, Tensor):
        data = data.__array__()
    try:
        array = np.asarray(data, dtype=dtype)
    except ValueError as error:
        if "inhomogeneous" in str(error):
            raise ShapeError(f"Tensor: nested sequence is ragged{_ragged_row(data)}; rows need equal lengths") from None
        raise DTypeError(f"Tensor: {error}") from error
    if array.dtype.kind not in "biufc":
        raise DTypeError(f"Tensor: dtype {array.dtype} is not numeric; convert the values to numbers first")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    # NumPy computes with its scalars many times as fast as with 0-d arrays; an array that was given is shared, though.
    return array[()] if isinstance(data, bool | int | float | complex | np.generic) else array


def _ragged_row(data: Sequence[Any]) -> str:
    lengths = [len(row) if isinstance(row, list | tuple | np.ndarray) else None for row in data]
    for row, length in enumerate(lengths):
        if length != lengths[0]:
            return f" at row {row} ({lengths[0]} vs {length})"
    return ""


def _rebuild(cls: type[Tensor], data: np.ndarray, requires_grad: bool, grad: np.ndarray | None) -> Tensor:
    tensor = cls.__new__(cls)
    tensor._data = data
    tensor._views = None
    tensor._node = graph.leaf(data.shape, data.dtype) if requires_grad else None
    if tensor._node is not None:
        tensor._node.grad = grad
    return tensor
