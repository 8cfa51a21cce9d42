"""One embedded AWS: how it is to be, the parts that it has, and its life from `EmbeddedAws.__enter__` to its end."""

from constructs_lib.local.aws.embedded import ClosedError, EmbeddedAws

__all__ = ["ClosedError", "EmbeddedAws"]
