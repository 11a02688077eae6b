"""`Parameter`: a Tensor that a Module learns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autograd import Tensor


class Parameter(Tensor):
    """A Tensor that `Module.parameters` finds and an optimiser updates.

    Parameters
    ----------
    data : array_like
        The initial values, of any shape. They are copied: a parameter owns its memory.
    requires_grad : bool
        False freezes the parameter.
    dtype : dtype
        float32 unless asked otherwise, whatever the dtype of `data`.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import Parameter
    >>> Parameter(np.zeros(2))
    Parameter([0., 0.], dtype=float32, requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self, data: npt.ArrayLike | Tensor, requires_grad: bool = True, dtype: npt.DTypeLike = np.float32
    ) -> None:
        values = data.data if isinstance(data, Tensor) else data
        super().__init__(np.array(values, dtype=dtype), requires_grad=requires_grad)
