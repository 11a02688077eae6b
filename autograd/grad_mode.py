"""Whether operations are recorded: `no_grad`, `enable_grad`.

The mode lives in a `contextvars.ContextVar`: every thread and every asyncio task has its own, and an exception
restores it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import ContextVar, Token
from typing import Any, ClassVar, TypeVar

recording: ContextVar[bool] = ContextVar("recording", default=True)

F = TypeVar("F", bound=Callable[..., Any])


class _GradMode:
    """A context manager and decorator that sets the mode inside and restores it on the way out."""

    _mode: ClassVar[bool]

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def __enter__(self) -> None:
        self._tokens.append(recording.set(self._mode))

    def __exit__(self, *exception: object) -> None:
        recording.reset(self._tokens.pop())

    def __call__(self, function: F) -> F:
        """Decorate a function, also a coroutine or a generator, whose every resumption then runs in the mode."""
        mode = type(self)
        wrapper: Callable[..., Any]
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
                return (yield from _resume_in(mode, function(*args, **kwargs)))

        elif inspect.isasyncgenfunction(function):

            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
                return _resume_async_in(mode, function(*args, **kwargs))

        elif inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapper(*args: Any, **kwargs: Any) -> Any:
                with mode():
                    return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                with mode():
                    return function(*args, **kwargs)

        return wrapper  # type: ignore[return-value]  # functools.wraps keeps the signature, which F cannot express


def _resume_in(mode: type[_GradMode], generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Run `generator`, each step in `mode`; the caller's mode is back while it is suspended."""
    resume: Callable[[], Any] = functools.partial(next, generator)
    while True:
        try:
            with mode():
                value = resume()
        except StopIteration as stop:
            return stop.value
        try:
            sent = yield value
            resume = functools.partial(generator.send, sent)
        except GeneratorExit:
            with mode():
                generator.close()
            raise
        except BaseException as error:
            resume = functools.partial(generator.throw, error)


async def _resume_async_in(mode: type[_GradMode], generator: AsyncGenerator[Any, Any]) -> AsyncGenerator[Any, Any]:
    """Do for an asynchronous generator what `_resume_in` does for a generator."""
    resume: Callable[[], Any] = generator.__anext__
    while True:
        try:
            with mode():
                value = await resume()
        except StopAsyncIteration:
            return
        try:
            sent = yield value
            resume = functools.partial(generator.asend, sent)
        except GeneratorExit:
            with mode():
                await generator.aclose()
            raise
        except BaseException as error:
            resume = functools.partial(generator.athrow, error)


class no_grad(_GradMode):  # noqa: N801  # torch's name; used like a function
    """Record nothing inside: results need no gradient, and Tensors may be written to.

    Use as ``with no_grad():`` or as a decorator ``@no_grad()``.

    Examples
    --------
    >>> from autograd import Tensor, no_grad
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    _mode = False


class enable_grad(_GradMode):  # noqa: N801  # torch's name; used like a function
    """Record inside, also within `no_grad`.

    Examples
    --------
    >>> from autograd import Tensor, enable_grad, no_grad
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     y = x * 2
    >>> y.requires_grad
    True
    """

    _mode = True
