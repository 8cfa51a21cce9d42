"""Requests that name two operations are judged as neither."""

from typing import Any

import pytest

from constructs_lib.local.protocols.ambiguity import ambiguity

FORM, JSON = "application/x-www-form-urlencoded; charset=utf-8", "application/x-amz-json-1.0"


def environ(kind: str = FORM, query: str = "", target: str | None = None) -> dict[str, Any]:
    found = {"CONTENT_TYPE": kind, "QUERY_STRING": query}
    return found if target is None else {**found, "HTTP_X_AMZ_TARGET": target}


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (environ(), b"Action=ListUsers&Version=2010-05-08"),
        (environ("", "Action=ListUsers&Version=2010-05-08"), b""),
        (environ(FORM, "X-Amz-Date=20260101T000000Z&X-Amz-Signature=0"), b"Action=ListUsers"),
        (environ(JSON, "", "AmazonSSM.PutParameter"), b'{"Action": "Action"}'),
        (environ("application/json", "Action=x"), b""),
        (environ("application/json", "tagKeys=a&tagKeys=b"), b"{}"),
    ],
)
def test_what_clients_send_is_clear(request_: dict[str, Any], body: bytes) -> None:
    assert ambiguity(request_, body) is None


@pytest.mark.parametrize(
    ("request_", "body", "told"),
    [
        (environ(FORM, "Action=ListUsers"), b"Action=ListRoles", "not in both"),
        (environ(FORM, "RoleArn=mine"), b"Action=AssumeRole&RoleArn=theirs", "not in both"),
        (environ(), b"Action=ListUsers&Action=ListRoles", "Action: given several times"),
        (environ(), b"Action=AssumeRole&RoleArn=a&RoleArn=b", "RoleArn: given several times"),
        (environ("text/plain", "", "X.ListUsers"), b"Action=ListRoles", "X-Amz-Target names one operation"),
        (environ(FORM, "", "X.ListUsers"), b"Action=ListRoles", "X-Amz-Target names one operation"),
        (environ(JSON, "Action=ListRoles", "X.ListUsers"), b"{}", "exclude each other"),
    ],
)
def test_what_names_two_operations_or_a_parameter_twice_is_ambiguous(
    request_: dict[str, Any], body: bytes, told: str
) -> None:
    assert told in str(ambiguity(request_, body))
