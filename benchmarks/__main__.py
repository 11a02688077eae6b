"""The command `python -m benchmarks`."""

from __future__ import annotations

import argparse
import sys

from benchmarks import report, speed
from benchmarks.speed_pages import table


def main(arguments: list[str] | None = None) -> None:
    """Measure and write the report; or, if only a part is asked for, print a table of speeds and write nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="*", help=f"{', '.join(report.available())} or report; if left out, all measurements"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds of the speed; print, write nothing")
    parser.add_argument("--only", metavar="TEXT", help="speed of the works whose names contain it; writes nothing")
    parser.add_argument("--contestants", metavar="A,B", help="speed of these only; writes nothing")
    options = parser.parse_args(arguments)
    unknown = set(options.what) - {*report.available(), "report"}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if options.quick or options.only or options.contestants:
        contestants = options.contestants.split(",") if options.contestants else speed.PEERS
        strangers = set(contestants) - {"chainrule", "numpy", *speed.PEERS}
        if strangers:
            parser.error(f"unknown contestants: {', '.join(sorted(strangers))}; known: {', '.join(speed.PEERS)}")
        results = speed.measure(contestants, options.only or "", speed.QUICK if options.quick else speed.FULL)
        for threads in map(str, speed.THREADS):
            print(f"\n{threads} thread{'s'[: threads != '1']}\n{table(results['times'], threads)}")
        return
    for name in options.what or report.available():
        if name != "report":
            print(f"measuring: {name}", file=sys.stderr)
            report.store(name, report.load(name).measure())
    report.write()


if __name__ == "__main__":
    main()
