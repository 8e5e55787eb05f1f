"""What people type into fields, and how values are shown to them."""

from voronka.engine.inputs.errors import InputError
from voronka.engine.inputs.parse import check_value, parse_value
from voronka.engine.inputs.show import show_value, stored_value

__all__ = ["InputError", "check_value", "parse_value", "show_value", "stored_value"]
