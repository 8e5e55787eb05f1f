"""Readable forms of a definition: the one-page scheme of a pipeline as text, Mermaid, DOT and SVG (R14)."""
