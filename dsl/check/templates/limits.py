"""How large a template may be: what is refused before it can cost anything."""

MAX_TEXT = 128 * 1024  # characters of one template
MAX_WORD_TEXT = 2 << 20  # characters of a Word document, most of which are its looks
MAX_NODES = 5_000  # expressions and tags of one template
MAX_DEPTH = 32  # operands and parentheses inside one another
MAX_BLOCKS = 8  # `if` and `for` inside one another
MAX_LOOPS = 3  # `for` inside one another
MAX_BRANCHES = 100  # `elif`s of one `if`
MAX_WORD = 1_000  # characters of a text in quotes
MAX_DIGITS = 30  # digits of a number
