"""The exit codes, and the error that carries one."""

OK = 0
WRONG_GRADIENT = 1
BAD_INPUT = 2
DIVERGED = 3
INTERRUPTED = 130
UNREAD = 141  # as a program that the signal SIGPIPE ends


class Failure(Exception):  # noqa: N818  # not an error of the program, but its answer
    """Ends the command with a sentence and an exit code."""

    def __init__(self, sentence: str, code: int = BAD_INPUT) -> None:
        super().__init__(sentence)
        self.code = code
