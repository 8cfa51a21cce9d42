"""What is wrong with a query."""


class QueryError(ValueError):
    """A text that is no query.

    Args:
        message: what is wrong, with the line and the position.
        place: where, in characters from the beginning.
    """

    def __init__(self, message: str, place: int) -> None:
        self.place = place
        super().__init__(message)
