"""What cannot be reviewed."""


class ReviewError(Exception):
    """Input that is no template, no assembly or no revision; the message is one line that says where and why."""
