"""Text to syntax tree: keywords, lexer, grammar, parser with recovery, nodes."""
