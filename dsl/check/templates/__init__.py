"""Texts to people, typed against the pipelines that use them: mail, notices, digests, documents (R46–R50)."""

from voronka.dsl.check.templates.check import check_templates
from voronka.dsl.check.templates.form import ENDINGS, read_template
from voronka.dsl.check.templates.prepare import Prepare, Reads, reads_of
from voronka.dsl.check.templates.uses import Scope, Use, document_use, uses_of

__all__ = [
    "ENDINGS",
    "Prepare",
    "Reads",
    "Scope",
    "Use",
    "check_templates",
    "document_use",
    "read_template",
    "reads_of",
    "uses_of",
]
