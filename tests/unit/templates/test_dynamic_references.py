from typing import Any

import pytest

from constructs_lib.templates.dynamic_references import resolved
from constructs_lib.templates.unknown import Source, Unknown

SECRET = Source("secret").value


def resolve(service: str, reference: str) -> str | Unknown:
    return SECRET if service == "secretsmanager" else f"<{service} {reference}>"


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("{{resolve:ssm:/a/b:3}}", "<ssm /a/b:3>"),
        ("{{resolve:ssm-secure:/a}}", "<ssm-secure /a>"),
        ("x-{{resolve:ssm:a}}-{{resolve:ssm:b}}", "x-<ssm a>-<ssm b>"),
        ("user:{{resolve:secretsmanager:arn:aws:secretsmanager:r:1:secret:s:SecretString:key::}}", ("user:", "secret")),
        ("{{resolve:other:a}} {{ resolve:ssm:a }} {{resolve:ssm:}}", None),
        ({"a": ["{{resolve:ssm:a}}", 1, None]}, {"a": ["<ssm a>", 1, None]}),
        ("plain", None),
    ],
)
def test_a_text_has_the_value_of_what_it_names(value: Any, result: Any) -> None:
    expected = value if result is None else result
    if isinstance(result, tuple):
        expected = Unknown((result[0], Source(result[1])))
    assert resolved(value, resolve) == expected


def test_a_text_with_something_unknown_waits_for_the_deployment() -> None:
    text = Unknown(("{{resolve:secretsmanager:", Source("Secret"), ":SecretString:password}}"))
    assert resolved({"Password": text}, resolve) == {"Password": text}
