"""Refused and slow calls over HTTP."""

import json
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from xml.sax.saxutils import escape

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.faults.calls.requests import body_of, call_of
from constructs_lib.local.faults.kinds.call_faults import S3_ERRORS, SUBMIT_ERRORS, S3Refuse, S3Slow, ThrottleSubmit
from constructs_lib.local.faults.plans.occasions import S3Request, SubmitJobCall
from constructs_lib.local.faults.plans.plan import CurrentPlan, FaultPlan

Answer = tuple[int, list[tuple[str, str]], bytes]


class FaultMiddleware:
    """A WSGI application in front of another one.

    Args:
        plan: tells which calls are refused, and which are slow, at the moment.
        others: what answers all other requests.
        clock: by which slow ones wait.
    """

    def __init__(self, plan: CurrentPlan, others: WSGIApplication, clock: Clock) -> None:
        self._plan = plan
        self._others = others
        self._clock = clock
        self._never = clock.event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        plan = self._plan()
        answer = self._answer(plan, environ) if plan else None
        if answer is None:
            return self._others(environ, start_response)
        body_of(environ)  # a client that is still sending would not hear the answer
        status, headers, body = answer
        start_response(f"{status} {HTTPStatus(status).phrase}", [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, plan: FaultPlan, environ: WSGIEnvironment) -> Answer | None:
        call = call_of(environ)
        now = self._clock.now()
        if isinstance(call, SubmitJobCall):
            refused = plan.for_call(ThrottleSubmit, call, now)
            return _batch_error(*SUBMIT_ERRORS[refused.error]) if refused else None
        if isinstance(call, S3Request):
            slow = plan.for_call(S3Slow, call, now)
            if slow:
                self._clock.wait(self._never, slow.seconds)
            refuses = plan.for_call(S3Refuse, call, self._clock.now())
            return _s3_error(refuses.status, call) if refuses else None
        return None


def _batch_error(code: str, message: str, status: int) -> Answer:
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    return status, headers, json.dumps({"message": message}).encode()


def _s3_error(status: int, call: S3Request) -> Answer:
    code, message = S3_ERRORS[status]
    request_id = uuid.uuid4().hex[:16].upper()
    members = {"Code": code, "Message": message, "Resource": f"/{call.bucket}/{call.key}", "RequestId": request_id}
    text = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{text}</Error>'
    return status, [("Content-Type", "application/xml"), ("x-amz-request-id", request_id)], document.encode()
