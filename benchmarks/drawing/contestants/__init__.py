"""The libraries, each drawing a network in its own way.

A contestant is a module with `SETTINGS`, the options of its drawing function by the words that the page has for them,
the default first; ``Task(name)``, a network with its data; ``picture(task, setting)``, the forward pass (and the
backward pass if the picture shows gradients), the drawing's DOT text and its SVG, timed; and `others`, functions of a
task that write anything else.
"""
