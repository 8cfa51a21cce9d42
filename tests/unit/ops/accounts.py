"""An account whose clients answer as a test says, for what an embedded AWS has no faults for."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account

Answer = Callable[..., Any]
NOW = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


class Stubbed(Account):
    """An account of which every operation is a function.

    Args:
        answers: by ``service.operation``, as boto3 names them; what has none is denied.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(boto3.Session("key", "secret", region_name="eu-west-1"))
        object.__setattr__(self, "answers", answers)

    def client(self, service: str) -> Any:
        return _Client(super().client(service), service, self.answers)  # type: ignore[attr-defined]

    def now(self) -> datetime:
        return NOW


class _Client:
    def __init__(self, real: Any, service: str, answers: Mapping[str, Answer]) -> None:
        self.exceptions, self.meta = real.exceptions, real.meta
        self._service, self._answers, self._real = service, answers, real

    def __getattr__(self, name: str) -> Answer:
        operation = self.meta.method_to_api_mapping[name]

        def answer(**request: Any) -> Any:
            if found := self._answers.get(f"{self._service}.{name}"):
                return found(**request)
            raise error("AccessDeniedException", f"not authorized to perform: {self._service}:{operation}", operation)

        return answer

    def get_paginator(self, name: str) -> "_Pages":
        return _Pages(getattr(self, name))


class _Pages:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def paginate(self, **request: Any) -> Any:
        request.pop("PaginationConfig", None)
        found = self._answer(**request)
        return found if isinstance(found, list) else [found]


def error(code: str, message: str, operation: str = "Operation") -> ClientError:
    """What boto3 raises."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def refusing(code: str, message: str) -> Answer:
    """An operation that AWS refuses."""

    def answer(**_: Any) -> Any:
        raise error(code, message)

    return answer
