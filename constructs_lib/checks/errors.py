"""What cannot be checked."""


class CheckError(Exception):
    """A file that is no template, or that lacks what it refers to; one line says which and why."""
