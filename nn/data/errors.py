"""The one error of this subpackage."""


class DataError(ValueError):
    """Data that cannot be used; the message says what is wrong, where, and what to do.

    Examples
    --------
    >>> issubclass(DataError, ValueError)
    True
    """
