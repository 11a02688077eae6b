"""The command `python -m benchmarks.drawing FOLDER`: all pictures as PNG, to look at."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.drawing.run import CONTESTANTS, studio


def main(folder: str) -> None:
    """Write what every contestant draws with every setting into `folder`, which is made if it is missing."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with studio() as room:
        for contestant in CONTESTANTS:
            for name in room.ask(contestant, "png", str(Path(folder).resolve())):
                print(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
