"""The model as text: a tree for terminals, a table of modules, Mermaid."""
