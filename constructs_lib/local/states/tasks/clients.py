"""Gap: moto makes a new boto3 client for every task, which costs more than the task itself, and signs for nobody."""

import base64
import sys
import threading
import uuid
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.models import botocore_stubber
from moto.settings import moto_server_port
from moto.stepfunctions.parser.asl.utils import boto_client

from constructs_lib.local.clocks.timekeeper import wait_for_executions
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.rights import Caller, Credentials, DeniedError
from constructs_lib.local.states.runtime import CURRENT

_PACKAGE = "moto.stepfunctions.parser."
_CONNECT_SECONDS, _READ_SECONDS = 10, 900
_CONNECTIONS = 50  # an inline Map runs 40 iterations at once

_lock = threading.Lock()
_answers = threading.local()


def patches() -> list[Patch]:
    """One client per service, region, endpoint and session, wherever moto's modules ask for one."""
    importers = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith(_PACKAGE) and vars(module).get("boto_client_for") is not None
    ]
    return [Patch(module, "boto_client_for", client_for) for module in {*importers, boto_client}]


def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """Return a client that may be shared between threads.

    Raises:
        ClientError: the role of the state does not trust Step Functions.
    """
    endpoint, clients = CURRENT.runtime.endpoint_url, CURRENT.runtime.clients
    if endpoint is None and not botocore_stubber.enabled:
        endpoint = f"http://localhost:{moto_server_port()}"
    key = (service, region, endpoint, _signing(state_credentials))
    client = clients.get(key)
    if client is None:
        with _lock:
            client = clients.get(key) or _new_client(*key)
            clients[key] = client
    return client


def _signing(caller: Any) -> Credentials:
    try:
        return CURRENT.runtime.rights.credentials(caller if isinstance(caller, Caller) else Caller(""))
    except DeniedError as error:
        metadata = {"HTTPStatusCode": 400, "RequestId": str(uuid.uuid4())}
        answer = {"Error": {"Code": "AccessDeniedException", "Message": str(error)}, "ResponseMetadata": metadata}
        raise ClientError(answer, "AssumeRole") from None


def _new_client(service: str, region: str, endpoint: str | None, credentials: Credentials) -> Any:
    client = boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.token,
        config=Config(
            parameter_validation=False,
            retries={"max_attempts": 0, "total_max_attempts": 1},
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            max_pool_connections=_CONNECTIONS,
            s3={"addressing_style": "path"} if endpoint else None,
            inject_host_prefix=not endpoint,
        ),
    )
    wait_for_executions(client)
    client.meta.events.register("after-call", _note)
    client.meta.events.register("provide-client-params", _require)
    return client


def _require(params: dict[str, Any], model: Any, **_: Any) -> None:
    """Refuse a request that lacks what it must have, as the services of AWS do and those of moto do not."""
    required = getattr(model.input_shape, "required_members", ())
    missing = [name for name in required if params.get(name) is None]
    if not missing:
        return
    first = missing[0]
    member = first[:1].lower() + first[1:]
    code = "ValidationException"
    message = (
        f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    )
    if model.service_model.service_name == "sqs":
        code, message = "MissingParameter", f"The request must contain the parameter {first}."
    metadata = {"HTTPStatusCode": 400, "RequestId": str(uuid.uuid4())}
    raise ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, model.name)


def last_metadata() -> dict[str, Any]:
    """Return boto3's ``ResponseMetadata`` of the last answer in this thread, and forget it; empty if there is none.

    moto takes it out of answers before they are shown.
    """
    metadata: dict[str, Any] = vars(_answers).pop("metadata", {})
    return metadata


def _note(parsed: dict[str, Any], model: Any = None, **_: Any) -> None:
    """Give every response an id: moto puts it into the cause of an error, and not every endpoint sends one."""
    metadata = parsed.setdefault("ResponseMetadata", {})
    metadata.setdefault("RequestId", str(uuid.uuid4()))
    if model is not None and model.service_model.service_name == "s3":
        metadata.setdefault("HostId", base64.b64encode(uuid.uuid4().bytes).decode())
    _answers.metadata = metadata
