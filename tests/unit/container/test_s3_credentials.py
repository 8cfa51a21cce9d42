"""Whose requests the worker's are, where the environment has no keys: servers that tell them, and files that do."""

import json
from pathlib import Path

import pytest

from tests.unit.container.conftest import BUCKET, Objects, RunWorker
from tests.unit.container.internet import Answer, Request, serving

DONE = Answer(200, headers={"ETag": '"e"'})
JOB = {"ITEMS": "[1]", "RESULTS_URI": "s3://results/run", "AWS_MAX_ATTEMPTS": "1", "AWS_REGION": "eu-central-1"}
ROLE = {"AccessKeyId": "role", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}
NO_BOTOCORE = "raise ImportError(\"No module named 'botocore'\")\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home without the files of a profile."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_a_session_in_the_environment_is_used(run_worker: RunWorker, home: Path) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "session"}
    with serving(lambda _: DONE) as s3:
        for token in ("session", ""):
            given = {**keys, "AWS_SESSION_TOKEN": token, "AWS_ENDPOINT_URL": s3.url, "HOME": str(home)}
            assert run_worker("handlers.echo:handler", **JOB, **given).returncode == 0
    assert [request.headers.get("x-amz-security-token") for request in s3.requests] == ["session", None]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "key"}, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"),
        ({"AWS_SECRET_ACCESS_KEY": "s"}, "Partial credentials found in env, missing: AWS_ACCESS_KEY_ID"),
        ({"AWS_ACCESS_KEY_ID": "key\n", "AWS_SECRET_ACCESS_KEY": "s"}, "AWS_ACCESS_KEY_ID has a line break"),
        ({"AWS_EC2_METADATA_DISABLED": "true"}, "Unable to locate credentials: none in the environment"),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "token"}, "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not"),
        (
            {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://localhost:9"},
            'Unable to locate credentials: Could not connect to the endpoint URL: "http://localhost:9/latest/api/token"',
        ),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"},
            "Unable to locate credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this machine",
        ),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:9/"},
            "Unable to locate credentials: http://localhost",
        ),
    ],
)
def test_credentials_that_are_not_there_are_told(
    run_worker: RunWorker, home: Path, keys: dict[str, str], said: str
) -> None:
    done = run_worker("handlers.echo:handler", **JOB, **keys, HOME=str(home), AWS_ENDPOINT_URL_S3="http://localhost:9")
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Debug" not in done.stderr


@pytest.mark.parametrize("file", [True, False])
def test_a_container_is_told_its_own(run_worker: RunWorker, home: Path, file: bool) -> None:
    (home / "token").write_text("authorization\n")
    token = {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "authorization"}
    if file:
        token = {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(home / "token")}

    def answer(request: Request) -> Answer:
        return Answer(200, json.dumps(ROLE)) if request.path == "/v1/credentials?of=job" else DONE

    with serving(answer) as server:
        places = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{server.url}/v1/credentials?of=job",
            "AWS_ENDPOINT_URL": server.url,
        }
        done = run_worker("handlers.echo:handler", **JOB, **places, **token, HOME=str(home))
    assert (done.returncode, done.stderr) == (0, "")
    asked, written = server.requests
    assert asked.headers["authorization"] == "authorization"
    assert "Credential=role/" in written.headers["authorization"]
    assert written.headers["x-amz-security-token"] == "t"


@pytest.mark.parametrize("version", [2, 1])
def test_an_instance_has_those_of_its_profile(run_worker: RunWorker, home: Path, version: int) -> None:
    def answer(request: Request) -> Answer:
        match request.method, request.path:
            case "PUT", "/latest/api/token":
                return Answer(200, "metadata-token") if version == 2 else Answer(403)
            case "GET", "/latest/meta-data/iam/security-credentials/":
                return Answer(200, "of-the-instance")
            case "GET", "/latest/meta-data/iam/security-credentials/of-the-instance":
                return Answer(200, json.dumps({**ROLE, "Code": "Success", "LastUpdated": "2026-01-01T00:00:00Z"}))
        return DONE

    with serving(answer) as server:
        places = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{server.url}/", "AWS_ENDPOINT_URL": server.url}
        done = run_worker("handlers.echo:handler", **JOB, **places, HOME=str(home))
    assert (done.returncode, done.stderr) == (0, "")
    tokens = [request.headers.get("x-aws-ec2-metadata-token") for request in server.requests[1:-1]]
    assert tokens == ["metadata-token" if version == 2 else None] * 2
    assert "Credential=role/" in server.requests[-1].headers["authorization"]


@pytest.mark.parametrize("place", ["home", "variable"])
def test_a_profile_is_read_by_botocore(
    run_worker: RunWorker, home: Path, aws: dict[str, str], objects: Objects, place: str
) -> None:
    (home / ".aws").mkdir()
    path = home / (".aws/credentials" if place == "home" else "elsewhere")
    path.write_text("[default]\naws_access_key_id = file\naws_secret_access_key = s\n")
    results = {"ITEMS": "[1]", "RESULTS_URI": f"s3://{BUCKET}/profile-{place}", "HOME": str(home)}
    if place == "variable":
        results["AWS_SHARED_CREDENTIALS_FILE"] = str(path)
    reach = {name: aws[name] for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION")}
    done = run_worker("handlers.echo:handler", **results, **reach)
    assert (done.returncode, done.stderr) == (0, "")
    assert objects.json(f"profile-{place}/0.json") == {"index": 0, "item": 1}

    (home / "botocore.py").write_text(NO_BOTOCORE)
    (home / "job.py").write_text("def handler(item, context):\n    return item\n")
    without = run_worker("job:handler", cwd=home, **results, **reach)
    said = f"obstore does not read profiles, and there is a file {path}, and botocore is not installed: install boto3"
    assert said in without.stderr
    assert without.stderr.count("\n") == 1


def test_a_profile_that_is_named_is_read_by_botocore(run_worker: RunWorker, home: Path) -> None:
    done = run_worker("handlers.echo:handler", **JOB, HOME=str(home), AWS_PROFILE="absent")
    assert "The config profile (absent) could not be found" in done.stderr
    assert done.stderr.count("\n") == 1
