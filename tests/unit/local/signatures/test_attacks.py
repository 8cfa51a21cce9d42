"""Attacks on the signatures of requests, by raw requests: each is refused in AWS's words."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError
from moto.sts.models import sts_backends

from constructs_lib.local.account import ACCOUNT, Keys
from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.signatures.requests import Client, Sent, ago, made_at, refusals

LIST_MACHINES = "AWSStepFunctions.ListStateMachines"
STS = "2011-06-15"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        s3 = made.client("s3")
        for bucket in ("things", "others"):
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key="key", Body=b"secret")
        yield made


@pytest.fixture(scope="module")
def client(aws: EmbeddedAws) -> Client:
    return Client(aws.endpoint_url, aws.keys)


def content(aws: EmbeddedAws, bucket: str = "things", key: str = "key") -> bytes:
    body: bytes = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def new_role(aws: EmbeddedAws, name: str, *actions: str) -> dict[str, Any]:
    """Make a role and take it on."""
    iam = aws.client("iam")
    trust = policy(Principal={"AWS": "*"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    if actions:
        iam.put_role_policy(
            RoleName=name, PolicyName="rights", PolicyDocument=policy(Action=list(actions), Resource="*")
        )
    made = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    return {"keys": Keys(made["AccessKeyId"], made["SecretAccessKey"]), "token": made["SessionToken"]}


# In each protocol: what is signed right, and what is not.

CALLS = {
    "s3": lambda client: client.s3("GET", "/things/key"),
    "json": lambda client: client.call("states", LIST_MACHINES),
    "query": lambda client: client.query("sts", "GetCallerIdentity", STS),
    "ec2": lambda client: client.query("ec2", "DescribeVpcs", "2016-11-15"),
    "rest-json": lambda client: client.signed("batch", "POST", "/v1/describejobqueues", b"{}"),
}
UNSIGNED = {
    "s3": (403, "AccessDenied"),
    "json": (400, "MissingAuthenticationTokenException"),
    "query": (403, "MissingAuthenticationToken"),
    "ec2": (403, "MissingAuthenticationToken"),
    "rest-json": (403, "MissingAuthenticationTokenException"),
}
UNKNOWN = {
    "s3": (403, "InvalidAccessKeyId"),
    "json": (400, "UnrecognizedClientException"),
    "query": (403, "InvalidClientTokenId"),
    "ec2": (401, "AuthFailure"),
    "rest-json": (403, "UnrecognizedClientException"),
}
MISMATCH = {
    "s3": (403, "SignatureDoesNotMatch"),
    "json": (400, "InvalidSignatureException"),
    "query": (403, "SignatureDoesNotMatch"),
    "ec2": (401, "AuthFailure"),
    "rest-json": (403, "InvalidSignatureException"),
}
TOO_OLD = {
    "s3": (403, "RequestTimeTooSkewed"),
    "json": (400, "InvalidSignatureException"),
    "query": (403, "SignatureDoesNotMatch"),
    "ec2": (400, "RequestExpired"),
    "rest-json": (403, "InvalidSignatureException"),
}
each_protocol = pytest.mark.parametrize("protocol", CALLS)


@each_protocol
def test_what_is_signed_right_is_answered(client: Client, protocol: str) -> None:
    assert CALLS[protocol](client).to(client.url).status == 200


@each_protocol
def test_what_is_not_signed_is_refused(client: Client, protocol: str) -> None:
    assert CALLS[protocol](replace(client, keys=None)).to(client.url).refusal == UNSIGNED[protocol]


@each_protocol
def test_a_key_that_there_is_not_is_refused(client: Client, protocol: str) -> None:
    assert CALLS[protocol](replace(client, keys=Keys("local", "local"))).to(client.url).refusal == UNKNOWN[protocol]


@each_protocol
def test_a_wrong_secret_is_refused(aws: EmbeddedAws, client: Client, protocol: str) -> None:
    guessed = replace(client, keys=Keys(aws.keys.access_key, "guessed"))
    assert CALLS[protocol](guessed).to(client.url).refusal == MISMATCH[protocol]


@each_protocol
def test_a_request_cannot_be_sent_again_after_a_quarter_of_an_hour_nor_before_its_time(
    client: Client, protocol: str
) -> None:
    for moment, is_good in [(14, True), (16, False), (-14, True), (-16, False)]:
        with made_at(ago(minutes=moment)):
            request = CALLS[protocol](client)
        answer = request.to(client.url)
        assert answer.refusal == ((200, "") if is_good else TOO_OLD[protocol])


def test_what_is_wrong_with_the_time_is_told(client: Client) -> None:
    moment = ago(minutes=20)
    with made_at(moment):
        body = client.call("states", LIST_MACHINES).to(client.url).body
    found = re.search(rb"Signature expired: (\w+) is now earlier than (\w+) \((\w+) - 15 min.\)", body)
    assert found is not None
    assert found[1] == f"{moment:%Y%m%dT%H%M%SZ}".encode()
    assert found[1] < found[2] < found[3]
    with made_at(ago(minutes=-20)):
        body = client.call("states", LIST_MACHINES).to(client.url).body
    assert re.search(rb"Signature not yet current: \w+ is still later than \w+ \(\w+ \+ 15 min.\)", body)


@each_protocol
def test_the_key_of_a_session_needs_its_token(aws: EmbeddedAws, client: Client, protocol: str) -> None:
    mine, other = (new_role(aws, f"{protocol}-{name}", "*") for name in ("mine", "other"))
    call = CALLS[protocol]
    assert call(replace(client, **mine)).to(client.url).status == 200
    wrong = (400, "InvalidToken") if protocol == "s3" else UNKNOWN[protocol]
    # The token of another one, though signed right; none; one that is not signed; one of a key that needs none.
    assert call(replace(client, **mine | {"token": other["token"]})).to(client.url).refusal == wrong
    assert call(replace(client, **mine | {"token": None})).to(client.url).refusal == UNKNOWN[protocol]
    swapped = call(replace(client, **mine)).changed(x_amz_security_token=other["token"])
    assert swapped.to(client.url).refusal == wrong
    assert call(replace(client, token=other["token"])).to(client.url).refusal == wrong


@each_protocol
def test_keys_that_are_inactive_or_deleted_are_refused(aws: EmbeddedAws, client: Client, protocol: str) -> None:
    iam, name = aws.client("iam"), f"user-{protocol}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=policy(Action="*", Resource="*"))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    key = {"UserName": name, "AccessKeyId": made["AccessKeyId"]}
    user = replace(client, keys=Keys(made["AccessKeyId"], made["SecretAccessKey"]))
    request = CALLS[protocol](user)
    assert request.to(client.url).status == 200
    iam.update_access_key(**key, Status="Inactive")
    assert request.to(client.url).refusal == UNKNOWN[protocol]
    iam.update_access_key(**key, Status="Active")
    assert request.to(client.url).status == 200
    iam.delete_access_key(**key)
    assert request.to(client.url).refusal == UNKNOWN[protocol]


@each_protocol
def test_parts_of_a_request_that_were_changed_are_refused(client: Client, protocol: str) -> None:
    request = CALLS[protocol](client)
    authorization = request.headers["Authorization"]
    changed = [
        request.changed(host="localhost"),
        request.changed(x_amz_date=f"{request.headers['X-Amz-Date'][:-2]}0Z"[:16]),
        request.changed(target=f"{request.target}?more=1"),
        replace(request, method="DELETE"),
        request.changed(authorization=authorization.replace("us-east-1", "eu-west-1")),
        request.changed(authorization=authorization.replace("SignedHeaders=", "SignedHeaders=accept;"), accept="*"),
    ]
    changed = [item for item in changed if item != request]
    assert set(refusals(client.url, changed)) == {MISMATCH[protocol]}


@each_protocol
def test_headers_of_aws_that_are_not_signed_are_refused(client: Client, protocol: str) -> None:
    refused = CALLS[protocol](client).changed(x_amz_acl="public-read").to(client.url)
    assert refused.refusal == ((403, "AccessDenied") if protocol == "s3" else MISMATCH[protocol])


@pytest.mark.parametrize("protocol", [name for name in CALLS if name != "s3"])
def test_another_body_is_refused(client: Client, protocol: str) -> None:
    request = CALLS[protocol](client)
    assert request.changed(body=request.body + b" ").to(client.url).refusal == MISMATCH[protocol]


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential={key}, SignedHeaders=host, Signature=" + "0" * 64,
        "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-ECDSA-P256-SHA256 Credential={key}/20260101/s3/aws4_request, SignedHeaders=host, Signature=0",
        "Bearer {key}",
        "Basic {key}",
        "{key}",
    ],
)
def test_what_is_no_signature_is_refused(aws: EmbeddedAws, client: Client, authorization: str) -> None:
    text = authorization.format(key=aws.keys.access_key)
    request = client.s3("GET", "/things/key").changed(authorization=text)
    assert request.to(client.url).refusal[0] in {400, 403}
    call = client.call("states", LIST_MACHINES).changed(authorization=text)
    assert call.to(client.url).refusal[0] in {400, 403}


def test_an_asymmetric_signature_is_told_what_to_do(client: Client) -> None:
    request = client.s3("GET", "/things/key")
    text = request.headers["Authorization"].replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
    answer = request.changed(authorization=text).to(client.url)
    assert answer.refusal == (400, "AuthorizationHeaderMalformed")
    assert b"are not emulated by constructs-lib: sign by AWS4-HMAC-SHA256" in answer.body


# S3.


def test_an_object_of_another_name_is_not_to_be_had_by_the_signature_of_one(client: Client) -> None:
    request, presigned = client.s3("GET", "/things/key"), client.presigned("GET", "/things/key")
    old = client.presigned_by_2("GET", "/things/key")
    changed = [item.changed(target=item.target.replace("things", "others")) for item in (request, presigned, old)]
    assert refusals(client.url, changed) == [MISMATCH["s3"]] * 3


def test_a_body_that_was_changed_does_not_get_into_s3(aws: EmbeddedAws, client: Client) -> None:
    request = client.s3("PUT", "/things/new", b"right")
    assert request.changed(body=b"wrong").to(client.url).refusal == (400, "XAmzContentSHA256Mismatch")
    unsigned = request.changed(body=b"wrong", x_amz_content_sha256="UNSIGNED-PAYLOAD")
    assert unsigned.to(client.url).refusal == MISMATCH["s3"]
    assert request.changed(x_amz_content_sha256=None).to(client.url).refusal == (400, "InvalidRequest")
    assert request.to(client.url).status == 200
    assert content(aws, key="new") == b"right"


@pytest.mark.parametrize("version", [2, 4])
def test_a_presigned_url_ends(client: Client, version: int) -> None:
    def presigned(expires: int) -> Sent:
        make = client.presigned_by_2 if version == 2 else client.presigned
        return make("GET", "/things/key", expires=expires)

    assert presigned(60).to(client.url).body == b"secret"
    with made_at(ago(seconds=61)):
        old = presigned(-1 if version == 2 else 60)
    answer = old.to(client.url)
    assert answer.refusal == (403, "AccessDenied")
    assert b"Request has expired" in answer.body
    later = old.target.replace("X-Amz-Expires=60", "X-Amz-Expires=6000").replace("Expires=17", "Expires=27")
    assert old.changed(target=later).to(client.url).refusal == MISMATCH["s3"]


@pytest.mark.parametrize("expires", ["0", "604801", "-1", "1.5", "x", ""])
def test_a_presigned_url_ends_within_a_week(client: Client, expires: str) -> None:
    request = client.presigned("GET", "/things/key")
    target = request.target.replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}")
    assert request.changed(target=target).to(client.url).refusal == (400, "AuthorizationQueryParametersError")


def test_a_presigned_url_is_good_for_what_it_was_made_for(client: Client) -> None:
    for request in (client.presigned("GET", "/things/key"), client.presigned_by_2("GET", "/things/key")):
        assert replace(request, method="DELETE").to(client.url).refusal == MISMATCH["s3"]
        assert request.changed(target=f"{request.target}&acl").to(client.url).refusal == MISMATCH["s3"]
        with_header = request.changed(x_amz_acl="public-read").to(client.url)
        assert with_header.refusal in {(403, "AccessDenied"), MISMATCH["s3"]}
    # Version 2 signs only the parameters that there were then: it is not to be used for what came later.
    put = client.presigned_by_2("PUT", "/things")
    answer = put.changed(target=f"{put.target}&publicAccessBlock", body=b"<no/>").to(client.url)
    assert answer.refusal == (400, "InvalidArgument")


def test_a_presigned_url_of_a_session_needs_its_token(aws: EmbeddedAws, client: Client) -> None:
    mine, other = (new_role(aws, f"presigning-{name}", "s3:*") for name in ("mine", "other"))
    session = replace(client, **mine)
    for request in (session.presigned("GET", "/things/key"), session.presigned_by_2("GET", "/things/key")):
        assert request.to(client.url).body == b"secret"
        target = request.target.replace(quote(mine["token"], safe=""), quote(other["token"], safe=""))
        assert target != request.target
        assert request.changed(target=target).to(client.url).refusal == (400, "InvalidToken")
    without = replace(session, token=None)
    for request in (without.presigned("GET", "/things/key"), without.presigned_by_2("GET", "/things/key")):
        assert request.to(client.url).refusal == UNKNOWN["s3"]


def test_only_one_signature_may_be_there(client: Client) -> None:
    request, presigned = client.s3("GET", "/things/key"), client.presigned("GET", "/things/key")
    both = request.changed(target=presigned.target).to(client.url)
    assert both.refusal == (400, "InvalidArgument")
    assert b"Only one auth mechanism allowed" in both.body
    twice = presigned.target.replace("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=600")
    assert presigned.changed(target=twice).to(client.url).refusal == (400, "AuthorizationQueryParametersError")


def test_the_bucket_may_be_in_the_name_of_the_host_and_is_signed_there(client: Client) -> None:
    things = replace(client, host="things.localhost")
    for request in (
        things.s3("GET", "/key"),
        things.presigned("GET", "/key"),
        things.presigned_by_2("GET", "/key"),
    ):
        assert request.to(client.url).body == b"secret"
        other = request.headers["Host"].replace("things", "others")
        assert request.changed(host=other).to(client.url).refusal == MISMATCH["s3"]


# Who is asked: behind the signature, every part takes a request for the same.


def test_a_signature_for_one_service_does_not_reach_another(aws: EmbeddedAws, client: Client) -> None:
    asked = "Action=GetCallerIdentity&Version=2011-06-15"
    # Everybody may ask who he is; nobody gets an object by it. One may do nothing, the other everything but that.
    for role in (new_role(aws, "nothing"), new_role(aws, "everything-else", "sts:*", "s3x:*", "s3-outposts:*")):
        caller = replace(client, **role)
        for request in (
            caller.presigned("GET", f"/things/key?{asked}", service="sts"),
            caller.signed("sts", "GET", f"/things/key?{asked}"),
            replace(caller, region="s3").signed("sts", "GET", "/things/key"),
            caller.signed("s3x", "GET", "/things/key"),
            caller.signed("s3-outposts", "GET", "/things/key"),
            replace(caller, host="things.localhost").signed("things.s3", "GET", "/key"),
        ):
            answer = request.to(client.url)
            assert answer.body != b"secret"
            assert answer.status in {200, 400, 403}


@pytest.mark.parametrize(
    "sent",
    [
        Sent("POST", "/dynamodb_us-east-1/", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}, b"{}"),
        Sent("GET", "/sqs_us-east-1/?Action=ListQueues&Version=2012-11-05"),
        Sent("POST", "/", {"Content-Type": "application/x-www-form-urlencoded"}, b"Version=2009-04-15&Action=List"),
        Sent("POST", "/", {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools"}, b"{}"),
        Sent("POST", "/", {"X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp.ListUserPools"}, b"{}"),
        Sent("POST", "/moto-api/reset", {"X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}, b"{}"),
        Sent("GET", "/latest/meta-data/iam", {"X-Amz-Target": "AWSCognitoIdentityService.GetId"}, b"{}"),
        Sent(
            "GET",
            "/us-east-1_a/.well-known/jwks.json",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"Version=2009-04-15",
        ),
        Sent("POST", "/moto-api/reset"),
        Sent("OPTIONS", "/things/key", {"Origin": "http://localhost:3000"}),
        Sent("POST", "/", {"Smithy-Protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}, b"\xa0"),
    ],
)
def test_nothing_else_is_answered_without_a_signature(client: Client, sent: Sent) -> None:
    answer = sent.changed(host="localhost:1").to(client.url)
    assert answer.status in {400, 403}
    assert answer.code in {"AccessDenied", "MissingAuthenticationToken", "MissingAuthenticationTokenException", ""}


def test_operations_that_aws_wants_no_signature_for_are_answered(aws: EmbeddedAws, client: Client) -> None:
    idp = aws.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="people")["UserPool"]["Id"]
    app = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    body = json.dumps({"ClientId": app, "Username": "ana", "Password": "Password-1"}).encode()
    headers = {"Host": "localhost", "Content-Type": "application/x-amz-json-1.1"}
    sign_up = Sent("POST", "/", {**headers, "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}, body)
    assert sign_up.to(client.url).status == 200
    keys = Sent("GET", f"/{pool}/.well-known/jwks.json", {"Host": "localhost"}).to(client.url)
    assert keys.status == 200
    assert b"keys" in keys.body


@pytest.mark.parametrize("action", ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"])
def test_a_token_of_an_identity_provider_that_nobody_can_check_gives_no_role(client: Client, action: str) -> None:
    body = f"Action={action}&Version={STS}&RoleArn=arn:aws:iam::123456789012:role/any&RoleSessionName=me".encode()
    headers = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
    assert Sent("POST", "/", headers, body).to(client.url).refusal == (400, "InvalidIdentityToken")
    signed = client.signed("sts", "POST", "/", body, content_type="application/x-www-form-urlencoded")
    assert signed.to(client.url).refusal == (400, "InvalidIdentityToken")


def test_no_header_leads_into_another_account(client: Client) -> None:
    request = client.query("sts", "GetCallerIdentity", STS)
    answer = request.changed(x_moto_account_id="999999999999").to(client.url)
    assert answer.status == 200
    assert b"123456789012" in answer.body


OVER = {
    "s3": (400, "ExpiredToken"),
    "json": (400, "ExpiredTokenException"),
    "query": (403, "ExpiredToken"),
    "ec2": (400, "RequestExpired"),
    "rest-json": (403, "ExpiredTokenException"),
}


def test_the_session_of_a_role_ends(aws: EmbeddedAws, client: Client) -> None:
    session = replace(client, **new_role(aws, "short", "*"))
    [made] = [item for item in sts_backends[ACCOUNT]["aws"].assumed_roles if item.session_token == session.token]
    assert {call(session).to(client.url).status for call in CALLS.values()} == {200}
    made.expiration -= timedelta(hours=1)
    assert {name: call(session).to(client.url).refusal for name, call in CALLS.items()} == OVER


@each_protocol
def test_a_session_token_is_of_whoever_asks_for_it_and_not_of_everybody(
    aws: EmbeddedAws, client: Client, protocol: str
) -> None:
    made = [aws.client("sts").get_session_token(DurationSeconds=900)["Credentials"] for _ in range(2)]
    assert made[0]["SecretAccessKey"] != made[1]["SecretAccessKey"]
    session, other = (
        replace(client, keys=Keys(item["AccessKeyId"], item["SecretAccessKey"]), token=item["SessionToken"])
        for item in made
    )
    call = CALLS[protocol]
    assert call(session).to(client.url).status == 200
    wrong = (400, "InvalidToken") if protocol == "s3" else UNKNOWN[protocol]
    assert call(replace(session, token=other.token)).to(client.url).refusal == wrong
    assert session.query("sts", "GetSessionToken", STS).to(client.url).code == "AccessDenied"
    # Of AWS's documentation, which moto gives to everybody.
    example = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY")
    assert call(replace(client, keys=example)).to(client.url).refusal == UNKNOWN[protocol]


def test_what_nobody_can_be_yet_is_told(aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError, match="GetFederationToken of sts is not emulated by constructs-lib"):
        aws.client("sts").get_federation_token(Name="me")


def test_a_token_of_a_user_has_the_rights_of_the_user(aws: EmbeddedAws, client: Client) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="lent")
    iam.put_user_policy(UserName="lent", PolicyName="some", PolicyDocument=policy(Action="s3:GetObject", Resource="*"))
    made = iam.create_access_key(UserName="lent")["AccessKey"]
    user = replace(client, keys=Keys(made["AccessKeyId"], made["SecretAccessKey"]))
    answer = user.query("sts", "GetSessionToken", STS).to(client.url)
    found = {
        name: re.search(rf"<{name}>([^<]+)<", answer.body.decode()).group(1)  # type: ignore[union-attr]
        for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    }
    session = replace(client, keys=Keys(found["AccessKeyId"], found["SecretAccessKey"]), token=found["SessionToken"])
    assert session.s3("GET", "/things/key").to(client.url).body == b"secret"
    assert session.s3("DELETE", "/things/key").to(client.url).refusal == (403, "AccessDenied")


def test_nobody_is_asked_about_one_operation_and_gets_another(aws: EmbeddedAws, client: Client) -> None:
    lister = replace(client, **new_role(aws, "lists-users", "iam:ListUsers"))
    form, version = {"content_type": "application/x-www-form-urlencoded"}, "Version=2010-05-08"
    right = lister.signed("iam", "POST", "/", f"Action=ListUsers&{version}".encode(), **form)
    assert right.to(client.url).status == 200
    wrong = f"Action=ListRoles&{version}".encode()
    for request in (
        lister.signed("iam", "POST", f"/?Action=ListUsers&{version}", wrong, **form),
        lister.signed("iam", "POST", "/", wrong, content_type="text/plain", x_amz_target="X.ListUsers"),
        lister.signed("iam", "POST", "/", b"Action=ListUsers&" + wrong, **form),
    ):
        answer = request.to(client.url)
        assert answer.status == 400
        assert b"The request is ambiguous" in answer.body


@pytest.mark.parametrize(
    "text", ["a" * 60_000, "Credential=" + "a" * 60_000, "a/" * 30_000, "AWS4-HMAC-SHA256 " + "=," * 30_000]
)
def test_long_headers_cost_no_time(client: Client, text: str) -> None:
    started = time.process_time()
    assert client.s3("GET", "/things/key").changed(authorization=text).to(client.url).status in {400, 403}
    assert time.process_time() - started < 1
