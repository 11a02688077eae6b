"""Reverse-mode automatic differentiation for people who think in NumPy."""

from autograd import numpy as numpy
from autograd import ops
from autograd.anomaly import detect_anomaly

# For code that writes ``autograd.tuple``; not in __all__, so that ``import *`` leaves Python's own names alone.
from autograd.builtins import dict as dict  # noqa: A004
from autograd.builtins import isinstance as isinstance  # noqa: A004
from autograd.builtins import list as list  # noqa: A004
from autograd.builtins import tuple as tuple  # noqa: A004
from autograd.builtins import type as type  # noqa: A004
from autograd.checkpointing import checkpoint
from autograd.differential_operators import (
    deriv,
    grad_and_aux,
    grad_named,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    vector_jacobian_product,
)
from autograd.drawing import Drawing, draw
from autograd.errors import AutogradError, CheckpointError, DTypeError, GraphError, NonFiniteError, ShapeError
from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.grad_mode import enable_grad, no_grad
from autograd.gradcheck import GradcheckReport, assert_gradients, gradcheck
from autograd.hooks import RemovableHandle
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
    "RemovableHandle",
    "ShapeError",
    "Tensor",
    "assert_gradients",
    "checkpoint",
    "deriv",
    "detect_anomaly",
    "draw",
    "elementwise_grad",
    "enable_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "gradcheck",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "hvp",
    "in_region",
    "jacobian",
    "jvp",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "multigrad_dict",
    "no_grad",
    "ops",
    "primitive",
    "profile",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
    "vjp",
]
