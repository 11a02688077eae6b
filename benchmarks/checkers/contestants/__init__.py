"""The checkers, each given a problem in its own idiom: a function with a gradient of one's own, as its users write it.

A contestant is a module with ``check(problem, seed) -> Answer``. Each calls its checker with the defaults; what
differs from them, and why, is said in its docstring.
"""
