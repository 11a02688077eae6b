"""The command ``chainrule``: train, predict, check.

Whatever a user can cause is answered in one sentence on the standard error stream, with an exit code of its own;
a traceback therefore is a bug of this program.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from autograd import CheckpointError, NonFiniteError
from nn.cli.arguments import parse
from nn.cli.failure import BAD_INPUT, DIVERGED, INTERRUPTED, UNREAD, Failure
from nn.data import DataError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with the arguments `argv`, those of the process by default, and return its exit code."""
    try:
        arguments = parse(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as done:  # argparse ends so after --help and --version
        return int(done.code or 0)
    except Failure as failure:
        return _say(str(failure), failure.code)
    except (DataError, CheckpointError) as error:
        return _say(str(error), BAD_INPUT)
    except NonFiniteError as error:
        return _say(f"training was stopped, nothing was written: {error}", DIVERGED)
    except MemoryError as error:
        return _say(f"there is not enough memory for this network and batch: {error}", BAD_INPUT)
    except BrokenPipeError:
        # Who reads the output has gone, as head does. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}" if error.filename else str(error), BAD_INPUT)
    except KeyboardInterrupt:
        return _say("interrupted, nothing was written", INTERRUPTED)


def _say(sentence: str, code: int) -> int:
    print(f"chainrule: {' '.join(sentence.split())}", file=sys.stderr)
    return code
