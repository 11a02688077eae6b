"""PyTorch as an independent referee of NumPy's functions: its value and derivatives on every row of `samples.TABLE`.

A module a family says what PyTorch calls a function, in NumPy's arguments; an option that a translation does not take
is one that PyTorch does not have, and rows with it are left to the other tests.
"""
