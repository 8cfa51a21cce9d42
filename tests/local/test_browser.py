"""The pages of other origins, in a real browser: what they send reaches the embedded AWS, and changes nothing in it."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.server import Server

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
EVIL = "evil.example"
"""A name that its owner has rebound to this machine."""

SENDING = "/sending"

BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None)

# A mark and no fixture: pytest tells of all tests that it skips in one line.
pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(BROWSER is None, reason=f"no browser: none of {', '.join(BROWSERS)} is on PATH"),
]

PAGE = (Path(__file__).parent / "attacks.html").read_text()


@dataclass
class Attacker:
    """A server with the page, and a target that takes whatever comes, to see what a browser sends.

    Args:
        settings: what the page is told of its targets.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    received: list[tuple[str, str, str]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)

    def page(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the page, and hear how its attacks ended; another one sends its reader to the embedded AWS at once."""
        if environ["REQUEST_METHOD"] == "POST":
            self.told.update(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            self.done.set()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        if environ["PATH_INFO"] == SENDING:
            return [f"<script>location = {json.dumps(self.settings['targets']['aws'] + '/kept')}</script>".encode()]
        return [PAGE.replace("SETTINGS", json.dumps(self.settings)).encode()]

    def open_target(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Take everything, as an AWS without a check would."""
        site = environ.get("HTTP_SEC_FETCH_SITE", "")
        self.received.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], site))
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        allows = [(f"Access-Control-Allow-{name}", "*") for name in ("Origin", "Methods", "Headers")]
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        start_response("200 OK", [*allows[:2], ("Access-Control-Allow-Headers", asked), ("Content-Type", "text/plain")])
        return [b"taken"]


@dataclass
class Attacked:
    """What became of the attacks.

    Args:
        aws: what was attacked.
        attacker: what the page told, and what the target without a check received.
        last: what the browser showed when a page had sent it to the embedded AWS.
    """

    aws: EmbeddedAws
    attacker: Attacker
    last: str


def dumped(profile: Path, url: str) -> "subprocess.CompletedProcess[str]":
    """Open a page in the browser, and print what has become of it."""
    return subprocess.run(
        [
            *(str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *(f"--user-data-dir={profile}", "--virtual-time-budget=20000"),
            *(f"--host-resolver-rules=MAP {EVIL} 127.0.0.1", "--dump-dom", url),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """One page that tries everything, and one that sends its reader on: the browser dumps what is there when its time
    is up, so that a page which does both is dumped between the two now and then.
    """
    attacker = Attacker()
    pages, target = Server(attacker.page), Server(attacker.open_target)
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as aws:
        aws.client("s3").create_bucket(Bucket="kept")
        aws.client("secretsmanager").create_secret(Name="kept", SecretString="the secret")
        attacker.settings = {
            "key": aws.environment()["AWS_ACCESS_KEY_ID"],
            "targets": {
                "open": f"http://localhost:{target.port}",
                "aws": f"http://localhost:{aws.port}",
                "address": f"http://127.0.0.1:{aws.port}",
                "rebound": f"http://{EVIL}:{aws.port}",
            },
        }
        pages.start()
        target.start()
        profile = tmp_path_factory.mktemp("profile")
        done = dumped(profile, f"http://{EVIL}:{pages.port}/")
        assert attacker.done.is_set(), done.stderr
        yield Attacked(aws, attacker, dumped(profile, f"http://{EVIL}:{pages.port}{SENDING}").stdout)
        pages.close()
        target.close()


def test_the_browser_does_what_it_is_said_to_do(attacked: Attacked) -> None:
    received = {(method, path) for method, path, _ in attacked.attacker.received}
    expected = {
        *(("OPTIONS", "/fetch-with-signature"), ("POST", "/fetch-with-signature"), ("PUT", "/fetch-put")),
        *(
            ("POST", "/fetch-no-cors"),
            ("POST", "/form-urlencoded"),
            ("POST", "/form-text"),
            ("POST", "/form-multipart"),
        ),
        *(("POST", "/beacon"), ("GET", "/image"), ("GET", "/script"), ("GET", "/frame"), ("GET", "/fetch-get")),
    }
    assert received >= expected
    assert {site for *_, site in attacked.attacker.received} == {"cross-site"}


ATTACKS = ("fetch-with-signature", "fetch-put", "fetch-get", "fetch-secret", "fetch-shutdown", "fetch-reset")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("target", ["aws", "address", "rebound"])
def test_no_page_reads_an_answer(attacked: Attacked, target: str, attack: str) -> None:
    assert attacked.attacker.told[f"open {attack}"] == "200 taken"
    assert attacked.attacker.told[f"{target} {attack}"] == "TypeError: Failed to fetch"


@pytest.mark.parametrize("target", ["aws", "address", "rebound"])
def test_no_page_embeds_an_answer(attacked: Attacked, target: str) -> None:
    assert attacked.attacker.told[f"{target} image"] == "error"
    assert attacked.attacker.told[f"{target} script"] == "error"


def test_nothing_has_happened(attacked: Attacked) -> None:
    aws = attacked.aws
    assert [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]] == ["kept"]
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket="kept")
    assert aws.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert aws.client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert aws.client("sns").list_topics()["Topics"] == []
    assert aws.client("secretsmanager").get_secret_value(SecretId="kept")["SecretString"] == "the secret"
    assert not aws.told_to_stop.is_set()


def test_a_page_that_sends_its_reader_there_shows_the_refusal(attacked: Attacked) -> None:
    assert "constructs-lib: the page of a browser asked (Sec-Fetch-Site: 'cross-site')" in attacked.last
