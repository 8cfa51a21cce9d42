"""An embedded AWS as strangers find it, by raw requests: pages of browsers, other names, callers without a token."""

import http.client
import json
import re
import socket
import stat
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from botocore.config import Config

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.control.client import ControlClient
from constructs_lib.local.control.instances import Instance, instances_directory, registered

pytestmark = pytest.mark.local

TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
JSON = {"Content-Type": "application/json"}


def signed(aws: EmbeddedAws, service: str) -> dict[str, str]:
    """A header that names a key of the account, as a page could write it that knows one."""
    scope = f"{aws.environment()['AWS_ACCESS_KEY_ID']}/20260101/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}


Attack = tuple[str, str, dict[str, str], str]


def attacks(aws: EmbeddedAws) -> dict[str, Attack]:
    """What a stranger would like to do: method, path, headers and body."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    stack = {"Action": "CreateStack", "Version": "2010-05-15", "StackName": "attacked", "TemplateBody": TEMPLATE}
    target = {"X-Amz-Target": "secretsmanager.GetSecretValue", "Content-Type": "application/x-amz-json-1.1"}
    upload = '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nattacked\r\n'
    upload += '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ncontent\r\n--x--\r\n'
    return {
        "stack": ("POST", "/", {**signed(aws, "cloudformation"), **form}, urlencode(stack)),
        "stack by query": ("GET", f"/?{urlencode(stack)}", signed(aws, "cloudformation"), ""),
        "bucket": ("PUT", "/attacked", signed(aws, "s3"), ""),
        "deletion": ("DELETE", "/kept", signed(aws, "s3"), ""),
        "upload by form": ("POST", "/kept", {"Content-Type": "multipart/form-data; boundary=x"}, upload),
        "secret": ("POST", "/", {**signed(aws, "secretsmanager"), **target}, '{"SecretId": "kept"}'),
        "jobs": ("POST", "/v1/listjobs", {**signed(aws, "batch"), **JSON}, "{}"),
        "reset": ("POST", "/moto-api/reset", {}, ""),
        "dashboard": ("GET", "/moto-api/data.json", {}, ""),
        "metadata": ("GET", "/latest/meta-data/iam/security-credentials/x", {}, ""),
        "shutdown": ("POST", "/_constructs-lib/shutdown", JSON, "{}"),
        "shutdown by form": ("POST", "/_constructs-lib/shutdown", {"Content-Type": "text/plain"}, "{}"),
        "health": ("GET", "/_constructs-lib/health", {}, ""),
        "preflight": ("OPTIONS", "/", {"Access-Control-Request-Method": "POST"}, ""),
    }


PAGES = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "http://localhost:3000/app"},
]
NAMES = ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""]
WHAT = [
    *("stack", "stack by query", "bucket", "deletion", "upload by form", "secret", "jobs", "reset", "dashboard"),
    *("metadata", "shutdown", "shutdown by form", "health", "preflight"),
]


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws) -> Iterator[EmbeddedAws]:
    """An account with a bucket and a secret, which has them still when all is over."""
    aws.client("s3").create_bucket(Bucket="kept")
    aws.client("secretsmanager").create_secret(Name="kept", SecretString="the secret")
    yield aws
    assert [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]] == ["kept"]
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket="kept")
    assert aws.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert not aws.told_to_stop.is_set()


def ask(aws: EmbeddedAws, attack: Attack, *, host: str | None = None, **more: str) -> tuple[int, Any, bytes]:
    """Status, headers and body of the answer."""
    method, path, headers, body = attack
    connection = http.client.HTTPConnection("127.0.0.1", aws.port)
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": f"localhost:{aws.port}" if host is None else host, **headers, **more}.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body.encode())
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_nothing_is_done_for_a_page(account: EmbeddedAws, what: str, page: dict[str, str]) -> None:
    status, headers, body = ask(account, attacks(account)[what], **page)
    assert (status, body.startswith(b"constructs-lib: the page of a browser asked (")) == (403, True)
    assert not [name for name in headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_done_under_another_name(account: EmbeddedAws, what: str, name: str) -> None:
    assert ask(account, attacks(account)[what], host=f"{name}:{account.port}" if name else "")[0] == 421


@pytest.mark.parametrize("what", ["shutdown", "shutdown by form", "health"])
def test_nothing_of_the_control_endpoint_is_done_without_the_token(account: EmbeddedAws, what: str) -> None:
    status, _, body = ask(account, attacks(account)[what])
    assert (status, "wants the token" in json.loads(body)["message"]) == (401, True)
    assert ask(account, attacks(account)[what], Authorization="Bearer guessed")[0] == 401


def test_whoever_has_the_token_is_answered(
    account: EmbeddedAws, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    keys = account.keys
    with registered(Instance(account.port, 1, "logs", 0.0, keys.access_key, keys.secret_key, account.control_token)):
        assert stat.S_IMODE(instances_directory().stat().st_mode) == 0o700
        assert ControlClient(account.endpoint_url).health()["directory"]


def test_the_token_is_long_and_in_no_environment(account: EmbeddedAws) -> None:
    assert len(account.control_token) >= 43
    assert account.control_token not in account.environment().values()


@pytest.mark.parametrize("reset", ["reset", "dashboard", "metadata"])
def test_pages_that_no_aws_has_are_not_served(account: EmbeddedAws, reset: str) -> None:
    status, _, body = ask(account, attacks(account)[reset])
    assert status >= 400
    assert b"constructs-lib" in body or b"<Error>" in body


def test_what_a_page_sends_as_a_body_is_no_request(account: EmbeddedAws) -> None:
    host = f"Host: localhost:{account.port}\r\n"
    hidden = f"PUT /attacked HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n"
    body = f"Content-Type: text/plain\r\nContent-Length: {len(hidden)}\r\n\r\n{hidden}"
    last = f"GET /_constructs-lib/health HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", account.port)) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{host}Origin: https://evil.example\r\n{body}{last}".encode())
        connection.shutdown(socket.SHUT_WR)
        answers = connection.makefile("rb").read()
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d+)", answers)]
    assert statuses in ([403], [403, 401])  # by whether the connection is kept


def test_buckets_in_the_name_of_the_host_are_taken(account: EmbeddedAws) -> None:
    client = account.client("s3")
    client.create_bucket(Bucket="named")
    client.put_object(Bucket="named", Key="key", Body=b"text")
    keys = account.environment()
    session = boto3.Session(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], region_name=keys["AWS_REGION"])
    virtual = Config(s3={"addressing_style": "virtual"}, signature_version="s3v4")
    named = session.client("s3", endpoint_url=f"http://localhost:{account.port}", config=virtual)
    url = urlsplit(named.generate_presigned_url("get_object", Params={"Bucket": "named", "Key": "key"}))
    assert url.hostname == "named.localhost"
    got = ask(account, ("GET", f"{url.path}?{url.query}", {}, ""), host=url.netloc)
    assert (got[0], got[2]) == (200, b"text")
    client.delete_object(Bucket="named", Key="key")
    client.delete_bucket(Bucket="named")
