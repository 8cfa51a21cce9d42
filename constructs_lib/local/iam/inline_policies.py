"""Gap: moto refuses inline policies without a version, or of the older one, as IAM does with managed policies alone.

The policies that AWS SAM writes have none.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.iam.models import IAMBackend

from constructs_lib.local.patching import Around, Patch

_KINDS = ("role", "user", "group")
_OLDER = (None, "2008-10-17")
_NEWER = "2012-10-17"

Put = Callable[[Any, str, str, str], None]


def patches() -> list[Patch]:
    """Take inline policies of every version."""
    return [Around(IAMBackend, f"put_{kind}_policy", partial(_of_every_version, kind)) for kind in _KINDS]


def _of_every_version(kind: str, put: Put) -> Put:
    def put_policy(backend: Any, *arguments: str) -> None:  # the first has another name for each kind
        name, policy_name, policy_json = arguments
        put(backend, name, policy_name, _newer(policy_json))  # which says what else is wrong
        getattr(backend, f"get_{kind}")(name).put_policy(policy_name, policy_json)

    return put_policy


def _newer(policy_json: str) -> str:
    try:
        document = json.loads(policy_json)
    except ValueError:
        return policy_json
    if not isinstance(document, dict) or document.get("Version") not in _OLDER:
        return policy_json
    return json.dumps({**document, "Version": _NEWER})
