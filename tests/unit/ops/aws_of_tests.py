"""An account whose answers are made up: each call is noted, and errors can be answered."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

Answer = Callable[..., Any]


def client_error(code: str, operation: str = "Any") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"it says {code}"}}, operation)


class MadeUp:
    """Answers the operations that it is given by functions; stands in for an `Account` and all of its clients.

    Args:
        answers: by the name of the method of a client.
    """

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.endpoint_url = None
        self.region, self.shown = "eu-west-1", "eu-west-1"

    def client(self, _service: str) -> "MadeUp":
        return self

    def get_paginator(self, operation: str) -> "_Pages":
        return _Pages(getattr(self, operation))

    def __getattr__(self, name: str) -> Answer:
        if name not in self.answers:
            raise AttributeError(name)

        def call(**given: Any) -> Any:
            self.calls.append((name, given))
            return self.answers[name](**given)

        return call


class _Pages:
    def __init__(self, operation: Answer) -> None:
        self._operation = operation

    def paginate(self, **given: Any) -> Iterator[Any]:
        given.pop("PaginationConfig", None)
        while True:
            page = self._operation(**given)
            yield page
            if "nextToken" not in page:
                return
            given["nextToken"] = page["nextToken"]
