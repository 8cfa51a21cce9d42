"""Where the worker looks for a bucket, whom it trusts there, and who asks: every host of AWS, by a proxy."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.container.conftest import RunWorker
from tests.unit.container.internet import Answer, Request, Server, certificates, error, serving
from worker import s3_options

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
JOB = {"ITEMS": "[1]", "RESULTS_URI": "s3://results/run", "AWS_MAX_ATTEMPTS": "1"}
REGION = {"AWS_REGION": "eu-central-1"}
DONE = Answer(200, headers={"ETag": '"e"'})
SESSION = """\
<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><SessionToken>session</SessionToken>
<SecretAccessKey>secret</SecretAccessKey><Expiration>2099-01-01T00:00:00Z</Expiration><AccessKeyId>web</AccessKeyId>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def aws_hosts(trust: tuple[Path, ssl.SSLContext]) -> Iterator[Server]:
    """All hosts of AWS; each S3 takes every object."""
    with serving(lambda _: DONE, trust[1]) as server:
        yield server


@pytest.fixture
def reach(trust: tuple[Path, ssl.SSLContext]) -> dict[str, str]:
    return {"AWS_CA_BUNDLE": str(trust[0]), "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.mark.parametrize(
    ("variables", "bucket", "address"),
    [
        (REGION, "results", "results.s3.eu-central-1.amazonaws.com"),
        (
            {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-central-1"},
            "ours",
            "ours.s3.eu-central-1.amazonaws.com",
        ),
        ({"AWS_REGION": "", "AWS_ENDPOINT_URL": ""}, "results", "results.s3.us-east-1.amazonaws.com"),
        ({"AWS_REGION": "cn-north-1"}, "results", "results.s3.cn-north-1.amazonaws.com.cn"),
        (
            {"AWS_REGION": "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT": "true"},
            "results",
            "results.s3-fips.us-gov-west-1.amazonaws.com",
        ),
        (
            {**REGION, "AWS_USE_DUALSTACK_ENDPOINT": "true"},
            "results",
            "results.s3.dualstack.eu-central-1.amazonaws.com",
        ),
        (REGION, "of.example.com", "s3.eu-central-1.amazonaws.com/of.example.com"),
        ({**REGION, "AWS_ENDPOINT_URL": "https://s3.eu-west-1.amazonaws.com/"}, "a", "s3.eu-west-1.amazonaws.com/a"),
        (
            {**REGION, "AWS_ENDPOINT_URL": "http://localhost:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            "results",
            "results.s3.eu-central-1.amazonaws.com",
        ),
    ],
)
def test_a_bucket_has_an_address_by_its_region(
    run_worker: RunWorker,
    aws_hosts: Server,
    *,
    reach: dict[str, str],
    variables: dict[str, str],
    bucket: str,
    address: str,
) -> None:
    job = {**JOB, "RESULTS_URI": f"s3://{bucket}/run", "HTTPS_PROXY": aws_hosts.url}
    done = run_worker("handlers.echo:handler", **job, **KEYS, **reach, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    (request,) = aws_hosts.requests
    assert (request.method, request.host + request.path) == ("PUT", f"{address}/run/0.json")
    assert request.body == b'{"index": 0, "item": 1}'
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-amz-checksum-sha256"]  # without it a bucket with Object Lock refuses
    region = variables.get("AWS_DEFAULT_REGION") or variables["AWS_REGION"] or "us-east-1"
    assert f"/{region}/s3/aws4_request" in request.headers["authorization"]


def test_a_certificate_that_nobody_vouches_for_is_refused(
    run_worker: RunWorker, aws_hosts: Server, reach: dict[str, str]
) -> None:
    strangers = {**JOB, **KEYS, **REGION, **reach, "AWS_CA_BUNDLE": "", "HTTPS_PROXY": aws_hosts.url}
    done = run_worker("handlers.echo:handler", **strangers)
    assert (done.returncode, aws_hosts.requests) == (1, [])
    assert "Could not connect to the endpoint URL" in done.stderr
    assert "(certificate: UnknownIssuer)" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificates_of_yours_are_trusted(
    run_worker: RunWorker, aws_hosts: Server, reach: dict[str, str], name: str
) -> None:
    own = {name: reach["AWS_CA_BUNDLE"], "HTTPS_PROXY": aws_hosts.url}
    assert run_worker("handlers.echo:handler", **JOB, **KEYS, **REGION, **own).returncode == 0


def test_a_bundle_that_is_not_there_is_told(run_worker: RunWorker) -> None:
    done = run_worker("handlers.echo:handler", **JOB, **KEYS, AWS_CA_BUNDLE="absent.pem")
    assert "0.json: AWS_CA_BUNDLE cannot be read: [Errno 2] No such file" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("first", ["redirect", "malformed"])
def test_a_bucket_in_another_region_is_found_there(
    run_worker: RunWorker, trust: tuple[Path, ssl.SSLContext], reach: dict[str, str], first: str
) -> None:
    malformed = error(400, "AuthorizationHeaderMalformed", "expecting", "<Region>eu-west-1</Region>")

    def s3(request: Request) -> Answer:
        if request.host == "results.s3.eu-west-1.amazonaws.com":
            return DONE
        if request.host == "results.s3.amazonaws.com" or first == "malformed":
            return malformed
        return Answer(301, headers={"x-amz-bucket-region": "eu-west-1"})

    with serving(s3, trust[1]) as server:
        done = run_worker("handlers.echo:handler", **JOB, **KEYS, **REGION, **reach, HTTPS_PROXY=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert (server.requests[-1].method, server.requests[-1].body) == ("PUT", b'{"index": 0, "item": 1}')
    assert "/eu-west-1/s3/" in server.requests[-1].headers["authorization"]


def test_another_region_of_an_endpoint_is_told(run_worker: RunWorker) -> None:
    with serving(lambda _: Answer(301)) as server:
        done = run_worker("handlers.echo:handler", **JOB, **KEYS, **REGION, AWS_ENDPOINT_URL=server.url)
    assert "(PermanentRedirect) when calling the PutObject operation: the bucket is in another region" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("sts", "host"),
    [
        ({}, "sts.eu-central-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL_STS": "https://s3.eu-west-1.amazonaws.com"}, "s3.eu-west-1.amazonaws.com"),
    ],
)
def test_a_web_identity_is_taken_to_sts(
    run_worker: RunWorker,
    trust: tuple[Path, ssl.SSLContext],
    *,
    reach: dict[str, str],
    tmp_path: Path,
    sts: dict[str, str],
    host: str,
) -> None:
    (tmp_path / "token").write_text("identity")
    web = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/job"}
    with serving(lambda request: Answer(200, SESSION) if request.method == "POST" else DONE, trust[1]) as server:
        done = run_worker("handlers.echo:handler", **JOB, **web, **sts, **REGION, **reach, HTTPS_PROXY=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    asked, written = server.requests
    assert (asked.host, written.host) == (host, "results.s3.eu-central-1.amazonaws.com")
    assert "identity" in asked.path + asked.body.decode()
    assert written.headers["x-amz-security-token"] == "session"
    assert "Credential=web/" in written.headers["authorization"]


def test_a_web_identity_that_is_refused_is_told(
    run_worker: RunWorker, trust: tuple[Path, ssl.SSLContext], reach: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("identity")
    web = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/job"}
    with serving(lambda _: error(400, "ExpiredTokenException", "Token &quot;expired&quot;"), trust[1]) as server:
        done = run_worker("handlers.echo:handler", **JOB, **web, **REGION, **reach, HTTPS_PROXY=server.url)
    said = '(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token "expired"\n'
    assert done.stderr.endswith(said)
    assert done.stderr.count("\n") == 1
    assert "identity" not in done.stderr


def test_a_task_has_the_credentials_of_its_role(
    run_worker: RunWorker, trust: tuple[Path, ssl.SSLContext], reach: dict[str, str]
) -> None:
    told = '{"AccessKeyId": "task", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}'

    # By a proxy for http alone: the only way for a test to stand at the address of the agent.
    with serving(lambda _: Answer(200, told)) as agent, serving(lambda _: DONE, trust[1], secure=True) as s3:
        places = {"HTTP_PROXY": agent.url, "AWS_ENDPOINT_URL": s3.url}
        task = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/of-the-job"}
        done = run_worker("handlers.echo:handler", **JOB, **task, **places, **REGION, **reach)
    assert (done.returncode, done.stderr) == (0, "")
    assert [request.path for request in agent.requests] == ["http://169.254.170.2/v2/credentials/of-the-job"]
    (written,) = s3.requests
    assert written.headers["x-amz-security-token"] == "t"
    assert "Credential=task/" in written.headers["authorization"]


@pytest.mark.parametrize(
    ("variables", "proxy", "direct"),
    [
        ({"HTTPS_PROXY": "proxy:3128"}, "http://proxy:3128", "169.254.169.254,169.254.170.2,fd00:ec2::254"),
        (
            {"https_proxy": "http://proxy", "HTTPS_PROXY": "http://other", "NO_PROXY": ".example.com"},
            "http://proxy",
            ".example.com,169.254.169.254,169.254.170.2,fd00:ec2::254",
        ),
        ({"HTTP_PROXY": "http://proxy"}, None, None),
    ],
)
def test_who_tells_credentials_is_asked_without_a_proxy(
    variables: dict[str, str], proxy: str | None, direct: str | None
) -> None:
    options = s3_options.options("results", "eu-central-1", {**KEYS, **variables}, 60)["client_options"]
    assert (options.get("proxy_url"), options.get("proxy_excludes")) == (proxy, direct)


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("us-east-1", "amazonaws.com"),
        ("us-gov-east-1", "amazonaws.com"),
        ("cn-northwest-1", "amazonaws.com.cn"),
        ("eusc-de-east-1", "amazonaws.eu"),
        ("us-iso-east-1", "c2s.ic.gov"),
        ("us-isob-east-1", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "cloud.adc-e.uk"),
        ("us-isof-south-1", "csp.hci.ic.gov"),
    ],
)
def test_a_partition_has_a_domain(region: str, domain: str) -> None:
    assert s3_options.domain(region) == domain
