"""Samples of SciPy's special functions."""

import numpy as np
import scipy.special

from autograd.scipy import special
from autograd.scipy.special import bessel, elementary, error_functions, gammas, integrals
from sampling import between, nonzero, positive, real, row, unit

ORDERS = np.array([0.0, 1.0, 2.5])


def holomorphic(function, *args):
    """Return a row whose reference is SciPy's function of that name, of real and of complex numbers."""
    return row(function, *args).but(reference=getattr(scipy.special, function.name))


def of_reals(function, *args):
    return holomorphic(function, *args).but(analytic=False)


def without_step(function, *args):
    """Return a row of a holomorphic function without the complex step, for which it is complex on the real axis, or
    SciPy's imaginary parts too coarse.
    """
    return holomorphic(function, *args).but(analytic=False, complex=True)


def part(function, index):
    """Return what computes one of the values of SciPy's `function`."""
    return lambda *args: function(*args)[index]


ERROR_FUNCTIONS = [
    *(holomorphic(f, real(2, 3)) for f in (error_functions.erf, error_functions.erfc, error_functions.erfcx)),
    *(holomorphic(f, real(2, 3)) for f in (error_functions.erfi, error_functions.dawsn)),
    without_step(error_functions.wofz, real(2, 3)),
    of_reals(error_functions.erfinv, unit(2, 3)),
    of_reals(error_functions.erfcinv, between(0.2, 1.8, 2, 3)),
    holomorphic(error_functions.ndtr, real(2, 3)),
    holomorphic(error_functions.log_ndtr, real(2, 3)),
    of_reals(error_functions.log_ndtr, between(-60, 60, 2, 3)),
    of_reals(error_functions.ndtri, between(0.1, 0.9, 2, 3)),
    of_reals(error_functions.ndtri_exp, between(-3, -0.2, 2, 3)),
    of_reals(error_functions.owens_t, real(3, 1), real(1, 4)),
    row(scipy.special.fresnel, real(2, 3)).but(analytic=False),
    row(error_functions.fresnel_sine, real(2, 3)).but(reference=part(scipy.special.fresnel, 0)),
    row(error_functions.fresnel_cosine, real(2, 3)).but(reference=part(scipy.special.fresnel, 1)),
]

ELEMENTARY = [
    *(of_reals(f, real(2, 3)) for f in (elementary.expit, elementary.log_expit)),
    of_reals(elementary.logit, between(0.1, 0.9, 2, 3)),
    row(special.softplus, real(2, 3)).but(analytic=False, reference=lambda x: np.log1p(np.exp(x))),
    holomorphic(elementary.xlogy, real(2, 3), positive(2, 3)),
    holomorphic(elementary.xlogy, real(3, 1), positive(1, 4)),
    holomorphic(elementary.xlogy, 0.0, positive(2, 3)),
    holomorphic(elementary.xlog1py, real(2, 3), unit(2, 3)),
    holomorphic(elementary.xlog1py, real(3, 1), unit(1, 4)),
    of_reals(elementary.entr, positive(2, 3)),
    *(of_reals(f, positive(3, 1), positive(1, 4)) for f in (elementary.rel_entr, elementary.kl_div)),
    *(of_reals(f, positive(2, 3), 1.5) for f in (elementary.rel_entr, elementary.kl_div)),
    *(of_reals(f, real(2, 3)) for f in (elementary.exprel, elementary.exp2, elementary.exp10, elementary.cosm1)),
    *(holomorphic(f, unit(2, 3)) for f in (elementary.expm1, elementary.log1p)),
    of_reals(elementary.cbrt, nonzero(2, 3)),
    of_reals(elementary.boxcox, positive(3, 1), real(1, 4)),
    of_reals(elementary.boxcox, positive(2, 3), 0.0),
    of_reals(elementary.boxcox1p, unit(3, 1), real(1, 4)),
    of_reals(elementary.inv_boxcox, unit(3, 1), unit(1, 4)),
    of_reals(elementary.inv_boxcox1p, unit(3, 1), unit(1, 4)),
    of_reals(elementary.huber, between(0.9, 1.1, 4), np.array([-2.0, -0.5, 0.3, 1.5])),
    of_reals(elementary.huber, np.array([1.0, 3.0, 1.0]), between(1.2, 1.9, 2, 3)),
    of_reals(elementary.pseudo_huber, positive(3, 1), real(1, 4)),
    *(of_reals(f, between(20, 80, 2, 3)) for f in (elementary.sindg, elementary.cosdg)),
    *(of_reals(f, between(20, 80, 2, 3)) for f in (elementary.tandg, elementary.cotdg)),
    row(scipy.special.radian, real(2, 3), real(3), real()).but(analytic=False),
]

GAMMAS = [
    of_reals(gammas.digamma, positive(2, 3)),
    of_reals(gammas.digamma, between(-0.8, -0.2, 2, 3)),
    *(of_reals(gammas.polygamma, n, positive(2, 3)) for n in (0, 1, 3)),
    of_reals(gammas.polygamma, np.array([1, 2, 3]), positive(2, 3)),
    of_reals(gammas.zeta, 2.5, positive(2, 3)),
    *(of_reals(f, positive(2, 3)) for f in (gammas.gamma, gammas.rgamma, gammas.gammaln, gammas.loggamma)),
    *(of_reals(f, between(-1.8, -1.2, 2, 3)) for f in (gammas.gamma, gammas.rgamma, gammas.gammaln)),
    of_reals(gammas.poch, positive(3, 1), positive(1, 4)),
    *(of_reals(f, positive(3, 1), positive(1, 4)) for f in (gammas.beta, gammas.betaln)),
    *(of_reals(f, positive(2, 3), 2.0) for f in (gammas.beta, gammas.betaln)),
    of_reals(gammas.binom, between(5.1, 7.9, 3, 1), between(0.1, 3.9, 1, 4)),
    row(special.multigammaln, between(2.0, 4.0, 2, 3), 3).but(
        analytic=False, reference=lambda a, d: scipy.special.multigammaln(a, d).astype(a.dtype)
    ),
    *(of_reals(f, positive(3, 1), positive(1, 4)) for f in (gammas.gammainc, gammas.gammaincc)),
    of_reals(gammas.gammainc, 3.0, between(8, 12, 2, 3)),
    of_reals(gammas.gammaincc, between(20, 30, 2, 3), 25.0),
    *(of_reals(f, positive(3, 1), between(0.1, 0.9, 1, 4)) for f in (gammas.gammaincinv, gammas.gammainccinv)),
    *(of_reals(f, ORDERS + 0.5, 2.0, between(0.1, 0.9, 2, 3)) for f in (gammas.betainc, gammas.betaincc)),
    of_reals(gammas.betaincinv, 2.0, 1.5, between(0.1, 0.9, 2, 3)),
    of_reals(gammas.stdtr, np.array([1.0, 2.5, 30.0]), real(2, 3)),
    of_reals(gammas.stdtrit, 2.5, between(0.1, 0.9, 2, 3)),
]

BESSEL = [
    *(of_reals(f, nonzero(2, 3)) for f in (bessel.j0, bessel.j1, bessel.i0, bessel.i1, bessel.i0e, bessel.i1e)),
    *(of_reals(f, positive(2, 3)) for f in (bessel.y0, bessel.y1, bessel.k0, bessel.k1, bessel.k0e, bessel.k1e)),
    *(of_reals(f, 2, positive(2, 3)) for f in (bessel.yn, bessel.kn)),
    *(holomorphic(f, ORDERS, positive(2, 3)) for f in (bessel.iv, bessel.kv, bessel.kve)),
    *(without_step(f, ORDERS, positive(2, 3)) for f in (bessel.jv, bessel.yv)),
    of_reals(bessel.ive, 2, nonzero(2, 3)),
    *(without_step(f, ORDERS, positive(2, 3)) for f in (bessel.hankel1, bessel.hankel2)),
    *(without_step(f, 1.5, positive(2, 3)) for f in (bessel.hankel1e, bessel.hankel2e)),
    *(
        row(bessel.airy_part, real(2, 3), i).but(
            analytic=False, complex=True, reference=lambda z, i: scipy.special.airy(z)[i]
        )
        for i in range(4)
    ),
    row(scipy.special.airy, real(3)).but(analytic=False),
]

INTEGRALS = [
    without_step(integrals.hyp0f1, 1.5, real(2, 3)),
    holomorphic(integrals.hyp1f1, 2.0, 3.5, real(2, 3)),
    holomorphic(integrals.hyp2f1, 2.0, 1.5, 3.0, unit(2, 3)),
    of_reals(integrals.hyperu, 1.5, 2.5, positive(2, 3)),
    *(of_reals(f, unit(2, 3)) for f in (integrals.ellipk, integrals.ellipe)),
    of_reals(integrals.ellipkm1, between(0.1, 1.9, 2, 3)),
    *(of_reals(f, real(2, 3), 0.4) for f in (integrals.ellipkinc, integrals.ellipeinc)),
    without_step(integrals.expi, positive(2, 3)),
    holomorphic(integrals.exp1, positive(2, 3)),
    of_reals(integrals.expn, np.array([0, 1, 4]), positive(2, 3)),
    row(integrals.sine_integral, nonzero(2, 3)).but(
        analytic=False, complex=True, reference=part(scipy.special.sici, 0)
    ),
    row(integrals.cosine_integral, positive(2, 3)).but(
        analytic=False, complex=True, reference=part(scipy.special.sici, 1)
    ),
    row(integrals.hyperbolic_sine_integral, nonzero(2, 3)).but(
        analytic=False, complex=True, reference=part(scipy.special.shichi, 0)
    ),
    row(integrals.hyperbolic_cosine_integral, positive(2, 3)).but(
        analytic=False, complex=True, reference=part(scipy.special.shichi, 1)
    ),
    *(row(f, positive(3)).but(analytic=False) for f in (scipy.special.sici, scipy.special.shichi)),
    holomorphic(integrals.spence, positive(2, 3)),
    without_step(integrals.lambertw, positive(2, 3)),
    without_step(integrals.lambertw, positive(2, 3), -1),
    holomorphic(integrals.wrightomega, real(2, 3)),
]

SUMS = [
    row(special.logsumexp, real(2, 3)).but(analytic=False, reference=scipy.special.logsumexp),
    *(
        row(special.logsumexp, real(2, 3), **options).but(analytic=False, reference=scipy.special.logsumexp)
        for options in ({"axis": 1}, {"axis": 0, "keepdims": True}, {"b": np.array([1.0, 2.0, 3.0])})
    ),
    row(special.logsumexp, real(2, 3), 1, positive(2, 3)).but(analytic=False, reference=scipy.special.logsumexp),
    row(special.logsumexp, real(2, 3), (0, 1), positive(3), True).but(
        analytic=False, reference=scipy.special.logsumexp
    ),
    row(special.logsumexp, real(2, 3), 0, np.array([[5.0], [-0.1]])).but(
        analytic=False, reference=scipy.special.logsumexp
    ),
    *(
        row(f, real(2, 3), *axis).but(analytic=False, reference=getattr(scipy.special, f.__name__))
        for f in (special.softmax, special.log_softmax)
        for axis in ((), (0,), ((0, 1),))
    ),
]

TABLE = [*ERROR_FUNCTIONS, *ELEMENTARY, *GAMMAS, *BESSEL, *INTEGRALS, *SUMS]

WITHOUT_DERIVATIVE = [row(f, real(2, 3)) for f in (scipy.special.gammasgn, scipy.special.round)]
