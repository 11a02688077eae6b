"""NumPy's functions that Tensors do not go through, and why: no numbers to differentiate, or no way in.

Of the functions that NumPy would hand a Tensor to, an error tells the reason; `autograd.coverage` tells it of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.tensor import refuse

# Reason -> functions that no array of numbers goes into and comes out of.
WITHOUT_NUMBERS = {
    "its array depends on sizes and indices alone": """
        arange bartlett blackman diag_indices empty eye fft.fftfreq fft.rfftfreq hamming hanning identity indices
        mask_indices ones tri tril_indices triu_indices zeros
        """,
    "files and bytes hold plain values: use .data": """
        from_dlpack frombuffer fromfile fromregex fromstring genfromtxt load loadtxt save savetxt savez savez_compressed
        """,
    "bits and text have no derivative: use .data": """
        base_repr binary_repr format_float_positional format_float_scientific packbits unpackbits
        """,
    "it answers a question of dtypes": "isdtype issubdtype mintypecode promote_types typename ufunc.resolve_dtypes",
    "it is of dates": "busday_count busday_offset datetime_as_string datetime_data is_busday isnat",
    "it is of shapes, memory or any objects": "broadcast_shapes fromiter isfortran isscalar iterable nested_iters",
    "it makes ufuncs of objects": "frompyfunc",
    "it is of NumPy's settings": """
        get_printoptions getbufsize geterr geterrcall printoptions set_printoptions setbufsize seterr seterrcall
        """,
    "it is of NumPy itself": "fft.test get_include info linalg.test show_config show_runtime test",
}

# Reason -> functions that could have a derivative, and have none here.
UNSUPPORTED = {
    "it makes a plain array of what it is given; np.stack, np.concatenate and np.block join Tensors": """
        array asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray asmatrix bmat require
        """,
    "NumPy fills it with a plain number; np.broadcast_to repeats a Tensor": "full",
    "NumPy computes it of plain numbers; np.i0 is what it is made of": "kaiser",
    "NumPy has since removed it; use np.isin": "in1d",
    "NumPy has since removed it; use np.trapezoid": "trapz",
}


def named(table: dict[str, str]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the reason and each function of a table that the installed NumPy has."""
    for reason, names in table.items():
        for name in names.split():
            *place, last = name.split(".")
            function = getattr(getattr(np, place[0]) if place else np, last, None)
            if function is not None:
                yield reason, function


for reason, function in (*named(WITHOUT_NUMBERS), *named(UNSUPPORTED)):
    refuse(reason, function)
