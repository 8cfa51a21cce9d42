"""What is wrong with a filter pattern."""


class PatternError(ValueError):
    """A text that is no filter pattern; the message says where it is wrong."""
