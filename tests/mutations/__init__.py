"""Mutation testing of the gradient check: the usual mistakes, put into every VJP of the library one at a time.

Of each wrong VJP the check must say that it is wrong, of which operation it is, and which mistake was made.
``python -m mutations`` (``make mutate``) runs them all and prints a table.
"""
