"""Reverse-mode automatic differentiation for people who think in NumPy."""

from autograd import ops
from autograd.drawing import Drawing, draw
from autograd.errors import AutogradError, CheckpointError, DTypeError, GraphError, NonFiniteError, ShapeError
from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.grad_mode import enable_grad, no_grad
from autograd.gradcheck import GradcheckReport, assert_gradients, gradcheck
from autograd.journal import Journal
from autograd.primitive import Primitive, primitive
from autograd.profiling import profile
from autograd.regions import in_region
from autograd.tensor import Tensor

__version__ = "0.1.0"
DISTRIBUTION = "chainrule"  # `nn` checks this: another distribution can overwrite this package, see the README

__all__ = [
    "AutogradError",
    "CheckpointError",
    "DTypeError",
    "Drawing",
    "GradcheckReport",
    "GraphError",
    "Journal",
    "NonFiniteError",
    "Primitive",
    "ShapeError",
    "Tensor",
    "assert_gradients",
    "draw",
    "elementwise_grad",
    "enable_grad",
    "grad",
    "gradcheck",
    "hessian",
    "hvp",
    "in_region",
    "jacobian",
    "jvp",
    "no_grad",
    "ops",
    "primitive",
    "profile",
    "value_and_grad",
    "vjp",
]
