"""The model as a picture: its DOT text, which Graphviz lays out, in colours for light and dark paper."""
