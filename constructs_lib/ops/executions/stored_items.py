"""A list of items in S3, as a state machine takes it: its key for a fan-out that reads lists from S3, or the items."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from constructs_lib.core.protocol import READ_ITEMS, RUN_BATCHES, fan_out_of, state_name
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local import json_texts
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.reruns.fan_outs import states_of

_MEMBERS: Final = r"(?P<path>(?:\.(?:[A-Za-z_]\w*|`[^`]+`))+)"
_OF_STATE: Final = re.compile(rf"\{{%\s*\$states\.input{_MEMBERS}\s*%\}}")
_OF_INPUT: Final = re.compile(rf"\{{%\s*\$states\.(?:input|context\.Execution\.Input){_MEMBERS}\s*%\}}")
_MOST: Final = 4 * STEP_FUNCTIONS_PAYLOAD_BYTES
"""Far more than an input takes, with all the blanks that a list may have."""


def payload_of(account: Account, definition: Mapping[str, Any], uri: str) -> dict[str, Any]:
    """The input of an execution that is to work on a list in S3.

    If a Distributed Map of the state machine reads its list from S3, by a key, a prefix or a manifest that is a member
    of the input, the input has that; ``$states.input.key`` gets ``{"key": …}``. Otherwise the object is read, a JSON
    array or JSON Lines, and the input is ``{"items": […]}``.

    Args:
        account: where the object is.
        definition: of the state machine.
        uri: ``s3://BUCKET/KEY``, or the prefix of a listing.

    Raises:
        OperationError: there is no such object, it is no list or too long, or the Map reads another one.
    """
    bucket, key = split_uri(uri)
    for state, arguments, expression in _readers(definition):
        where = f"{state} reads its list from s3://{arguments.get('Bucket')}"
        if arguments.get("Bucket") not in (bucket, None) and "{%" not in str(arguments.get("Bucket")):
            raise OperationError(f"{where}, not from s3://{bucket}: copy the list there, `aws s3 cp {uri} s3://…`")
        if match := _OF_INPUT.fullmatch(expression):
            return _nested([name.strip("`") for name in re.findall(r"`[^`]+`|\w+", match["path"])], key)
        if "{%" in expression:
            raise OperationError(f"{where}, by the expression {expression}: give what it reads by --input")
        if expression == key:
            return {}
        raise OperationError(f"{where}/{expression}, whatever the input is: put the list there")
    return {"items": read_items(account, uri)}


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of ``s3://BUCKET/KEY``.

    Raises:
        OperationError: it is none.
    """
    parts = urlsplit(uri, allow_fragments=False)
    key = uri.removeprefix(f"s3://{parts.netloc}/")
    if parts.scheme != "s3" or not parts.netloc or not key or key == uri:
        raise OperationError(f"{uri}: expected s3://BUCKET/KEY")
    return unquote(parts.netloc), key


def read_items(account: Account, uri: str) -> list[Any]:
    """The items of an object: a JSON array, or a JSON value a line if its name ends with ``.jsonl`` or ``.ndjson``.

    Raises:
        OperationError: there is no such object, or it is no list, or more than an execution takes.
    """
    bucket, key = split_uri(uri)
    try:
        answer = account.client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket", "404"):
            raise OperationError(f"{uri}: {error.response['Error']['Message']}") from None
        raise
    body = answer["Body"].read(_MOST + 1)
    if len(body) > _MOST:
        raise OperationError(
            f"{uri}: {answer['ContentLength']:,} bytes, and an execution takes {STEP_FUNCTIONS_PAYLOAD_BYTES:,}: let a "
            'DistributedFanOut read it, by items=ItemSource.json_lines(bucket, "{% $states.input.key %}"); then '
            "--items s3://BUCKET/KEY passes its key"
        )
    try:
        if key.endswith((".jsonl", ".ndjson")):
            return [json_texts.parse(line, names_once=True) for line in body.splitlines() if line.strip()]
        items = json_texts.parse(body, names_once=True)
    except json_texts.JsonTextError as error:
        raise OperationError(f"{uri}: not JSON: {error}; JSON Lines end with .jsonl") from None
    if isinstance(items, dict) and isinstance(items.get("items"), list):
        items = items["items"]
    if not isinstance(items, list):
        raise OperationError(f"{uri}: expected a JSON array, got {type(items).__name__}")
    return items


def _readers(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The Maps that read their list from S3: name, arguments, and the expression of key or prefix over the input.

    A fan-out of this library evaluates the user's expression in its first state.
    """
    states = dict(states_of(definition))
    for name, state in states.items():
        reader = state.get("ItemReader")
        fan_out, own = fan_out_of(name)
        if not reader or (state_name(fan_out, READ_ITEMS) in states and own != RUN_BATCHES):
            continue  # what a fan-out reads for itself
        arguments = reader.get("Arguments") or reader.get("Parameters") or {}
        expression = str(arguments.get("Key", arguments.get("Prefix", "")))
        first = states.get(state_name(fan_out, READ_ITEMS), {}).get("Output")
        match = _OF_STATE.fullmatch(expression)
        if own == RUN_BATCHES and match and isinstance(first, dict):
            expression = str(first.get(match["path"].removeprefix("."), expression))
        yield (fan_out if own == RUN_BATCHES else name), arguments, expression


def _nested(path: list[str], value: str) -> dict[str, Any]:
    first, *rest = path
    return {first: _nested(rest, value) if rest else value}
