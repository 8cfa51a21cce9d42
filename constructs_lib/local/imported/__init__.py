"""What templates import from an account that has it, and that is not here: it is made on demand, and told once."""

from constructs_lib.local.imported.imports import Imports

__all__ = ["Imports"]
