"""Measurements of the library: `python -m benchmarks` makes them, benchmarks/RESULTS.md shows them.

A measurement is a module of this package with ``measure() -> dict`` (what JSON can hold),
``section(results) -> str`` (Markdown) and, if it likes, ``picture(results, path)`` (an SVG). `benchmarks.report`
lists them. The measurement of speed is `benchmarks.speed`; the works that it times are in `benchmarks.works`.
"""
