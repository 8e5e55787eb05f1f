"""The process that sets one form: a job in JSON comes in, a PDF goes out. Imports nothing of voronka, to start fast.

It may use so much processor time and memory and no more, sees an empty folder as its root, and writes no file.
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import sys
import tempfile
from typing import Any

LARGEST = 20 << 20  # bytes of a PDF
MEMORY = 1 << 30  # bytes of address space
DONE, MISSING, WRONG, LARGE = 0, 3, 4, 5  # exit codes; whatever else is a crash
_AT = re.compile(r":(\d+):\d+\s*$", re.MULTILINE)


def main() -> int:
    job: dict[str, Any] = json.load(sys.stdin.buffer)
    for what, most in ((resource.RLIMIT_CPU, job["seconds"]), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    try:
        import typst
    except ImportError:
        return MISSING
    with contextlib.suppress(ValueError):  # a limit that is lower already stays
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as root:
        try:
            compiler = typst.Compiler(job["source"].encode(), root=root, ignore_system_fonts=True)
            made = compiler.compile(format="pdf", timestamp=job["at"])
        except typst.TypstError as error:
            found = _AT.search(error.diagnostic)
            said = {"message": error.message, "line": int(found[1]) if found else None}
            sys.stdout.write(json.dumps(said))
            return WRONG
    if not isinstance(made, bytes) or len(made) > LARGEST:
        return LARGE
    sys.stdout.buffer.write(made)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
