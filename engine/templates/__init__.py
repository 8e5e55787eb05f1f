"""Texts to people, rendered: mail, notices, digests, documents (R46–R50)."""

from voronka.engine.templates.errors import RenderError
from voronka.engine.templates.render import MAX_OUTPUT, Rendered, Templates, compile_templates
from voronka.engine.templates.run import Env

__all__ = ["MAX_OUTPUT", "Env", "RenderError", "Rendered", "Templates", "compile_templates"]
