"""What running instances are asked for where AWS has no API: how they are, what is emulated, images, to stop."""

PREFIX = "/_constructs-lib/"
"""Paths of the control endpoint begin with this; no AWS service has such a path."""
