"""Programs: definitions with everything compiled and indexed that a decision looks at."""

from voronka.engine.program.build import Program, Programs, build

__all__ = ["Program", "Programs", "build"]
