"""The operations of a graph one by one: what each decided, and whether its VJP is right by itself."""
