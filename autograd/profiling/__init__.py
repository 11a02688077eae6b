"""Where the time and the memory of operations go: by operation, by module and by source line."""

from autograd.profiling.profile import profile

__all__ = ["profile"]
