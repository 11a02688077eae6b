"""Samples of convolutions and correlations."""

import numpy as np
import scipy.signal

from autograd.scipy import signal
from sampling import real, row


def of_complex(function, *args, **options):
    return row(function, *args, **options).but(
        analytic=False, complex=True, reference=getattr(scipy.signal, function.__name__)
    )


def layer(images, filters, mode="valid"):
    """Return the convolutions of images (batch, in, …) with filters (in, out, …), by SciPy's of each pair."""
    return np.stack(
        [
            np.stack(
                [
                    sum(scipy.signal.convolve(channel, filters[i, o], mode) for i, channel in enumerate(image))
                    for o in range(filters.shape[1])
                ]
            )
            for image in images
        ]
    )


def strided_sum(a, b, subscripts, convolve_over, mode):
    return scipy.signal.convolve(a, b, mode)


LAYER = {"axes": ([2, 3], [2, 3]), "dot_axes": ([1], [0])}

TABLE = [
    row(signal.convolved, real(5), real(3), "a,a->a", "a", "full").but(reference=strided_sum),
    row(signal.convolved, real(5), real(3), "a,a->a", "a", "valid").but(reference=strided_sum),
    row(signal.convolved, real(4, 5), real(2, 3), "ab,ab->ab", "ab", "valid").but(reference=strided_sum),
    *(of_complex(signal.convolve, real(5), real(3), mode=mode) for mode in ("full", "valid", "same")),
    *(of_complex(signal.convolve, real(2), real(5), mode=mode) for mode in ("full", "valid", "same")),
    *(of_complex(signal.convolve, real(3, 4), real(2, 3), mode) for mode in ("full", "valid", "same")),
    *(
        row(signal.convolve, real(2, 3, 4, 3), real(3, 2, 2, 2), mode=mode, **LAYER).but(
            analytic=False, complex=True, reference=lambda a, b, axes, dot_axes, mode: layer(a, b, mode)
        )
        for mode in ("valid", "full")
    ),
    *(of_complex(signal.correlate, real(5), real(3), mode) for mode in ("full", "valid", "same")),
    *(of_complex(signal.correlate, real(2, 3), real(3, 4), mode) for mode in ("full", "valid", "same")),
    *(of_complex(signal.fftconvolve, real(5), real(3), mode) for mode in ("full", "valid", "same")),
    of_complex(signal.fftconvolve, real(3, 4), real(3, 2), axes=1),
]
