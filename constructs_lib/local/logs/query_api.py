"""Gap: moto's API of queries takes any text for one, has no limit, and no definitions.

Sources: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html and
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from constructs_lib.local.logs.insights import Query, QueryError, parsed
from constructs_lib.local.logs.runtime import CURRENT
from constructs_lib.local.patching import Patch

_MILLISECONDS = 1000


class MalformedQueryError(JsonRESTError):
    """The query string is not valid.

    Args:
        error: what is wrong with it.
    """

    code = 400

    def __init__(self, error: QueryError) -> None:
        super().__init__("MalformedQueryException", str(error))
        place = {"startCharOffset": error.place, "endCharOffset": error.place + 1}
        told = {"location": place, "message": str(error)}
        self.description = json.dumps(
            {"__type": "MalformedQueryException", "message": str(error), "queryCompileError": told}
        )


def patches() -> list[Patch]:
    """Let the API answer as AWS's."""
    replaced: dict[str, Callable[[Any], str]] = {"start_query": _start_query, "get_query_results": _get_query_results}
    added: dict[str, Callable[[Any], str]] = {
        "stop_query": _stop_query,
        "put_query_definition": _put_query_definition,
        "describe_query_definitions": _describe_query_definitions,
        "delete_query_definition": _delete_query_definition,
    }
    return [
        *(Patch(LogsResponse, name, function) for name, function in replaced.items()),
        *(Patch(LogsResponse, name, function, adds=True) for name, function in added.items()),
    ]


def query_of(text: str) -> Query:
    """Read a query as the API takes it.

    Raises:
        MalformedQueryError: it is none.
        NotImplementedError: it has a command that is not emulated.
    """
    try:
        return parsed(text)
    except QueryError as error:
        raise MalformedQueryError(error) from None


def _start_query(self: Any) -> str:
    given = self._get_param
    one, several, identifiers = given("logGroupName"), given("logGroupNames"), given("logGroupIdentifiers")
    if sum(bool(each) for each in (one, several, identifiers)) != 1:
        raise InvalidParameterException(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given."
        )
    named = [one] if one else several or [_name(each) for each in identifiers]
    start, end = self._get_int_param("startTime"), self._get_int_param("endTime")
    if start > end:
        raise InvalidParameterException("End time should not be before start time.")
    backend = self.logs_backend
    query_id = backend.start_query(named, start, end, given("queryString"), limit=self._get_int_param("limit"))
    return json.dumps({"queryId": query_id})


def _name(identifier: str) -> str:
    return identifier.removesuffix(":*").partition(":log-group:")[2] or identifier


def _get_query_results(self: Any) -> str:
    query = self.logs_backend.queries.get(self._get_param("queryId"))
    if query is None:
        raise ResourceNotFoundException("Query ID not found")
    return json.dumps(query.to_result_json())


def _stop_query(self: Any) -> str:
    if self._get_param("queryId") not in self.logs_backend.queries:
        raise ResourceNotFoundException("Query ID not found")
    raise InvalidParameterException("Query has already ended")


def _put_query_definition(self: Any) -> str:
    given, definitions = self._get_param, self.logs_backend.query_definitions
    query_id = given("queryDefinitionId") or str(uuid.uuid4())
    if given("queryDefinitionId") and query_id not in definitions:
        raise ResourceNotFoundException("The query definition does not exist.")
    query_of(given("queryString"))
    definitions[query_id] = {
        "queryDefinitionId": query_id,
        "queryLanguage": given("queryLanguage") or "CWLI",
        "name": given("name"),
        "queryString": given("queryString"),
        "lastModified": int(CURRENT.runtime.clock.now() * _MILLISECONDS),
        "logGroupNames": given("logGroupNames") or [],
    }
    return json.dumps({"queryDefinitionId": query_id})


def _describe_query_definitions(self: Any) -> str:
    prefix = self._get_param("queryDefinitionNamePrefix") or ""
    found = [each for each in self.logs_backend.query_definitions.values() if each["name"].startswith(prefix)]
    return json.dumps({"queryDefinitions": found})


def _delete_query_definition(self: Any) -> str:
    found = self.logs_backend.query_definitions.pop(self._get_param("queryDefinitionId"), None)
    if found is None:
        raise ResourceNotFoundException("The query definition does not exist.")
    return json.dumps({"success": True})
