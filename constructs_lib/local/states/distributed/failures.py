"""Failures of a map run, as the Map state's Retry and Catch see them."""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, MapRunFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

RUNTIME = "States.Runtime"
PERMISSIONS = "States.Permissions"
DATA_LIMIT = "States.DataLimitExceeded"
READER_FAILED = "States.ItemReaderFailed"
WRITER_FAILED = "States.ResultWriterFailed"
THRESHOLD = "States.ExceedToleratedFailureThreshold"


class MapRunError(Exception):
    """A map run cannot go on.

    Attributes:
        error: AWS's name of the error, such as ``States.ItemReaderFailed``.
        cause: what happened.
    """

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


def failure_event(env: Any, failed: MapRunError) -> FailureEventException:
    """Return the failure as moto's states raise it."""
    details = MapRunFailedEventDetails(error=failed.error, cause=failed.cause)
    event = FailureEvent(
        env=env,
        error_name=ErrorName(error_name=failed.error),
        event_type=HistoryEventType.MapRunFailed,
        event_details=EventDetails(mapRunFailedEventDetails=details),
    )
    return FailureEventException(failure_event=event)


def service_cause(error: Any) -> str:
    """Return the cause of an error that S3 answered with, in the words of the AWS SDK for Java."""
    response = error.response
    details, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    return (
        f"{details.get('Message')} (Service: Amazon S3; Status Code: {metadata.get('HTTPStatusCode')}; "
        f"Error Code: {details.get('Code')}; Request ID: {metadata.get('RequestId')})"
    )
