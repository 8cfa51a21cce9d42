"""What API Gateway changes by patches: operations on the paths of what it is to change.

Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import text


@dataclass(frozen=True, kw_only=True)
class PatchedHandler(OperationsHandler):
    """Makes resources of an API.

    Args:
        patches: the path of each property that is changed by a patch.
    """

    service: str = "apigateway"
    patches: Mapping[str, str] = field(default_factory=dict)

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Patch what changes."""
        operations = [
            {"op": "replace", "path": path, "value": text(change.after.get(name, self.defaults.get(name, "")))}
            for name, path in self.patches.items()
            if change.touches(name)
        ]
        if operations:
            client = desired.services.client(self.service)
            getattr(client, self.changes)(**self.keys(made, desired), patchOperations=operations)

    def remove(self, made: Made, desired: Desired) -> None:
        """Call the operation that deletes a resource."""
        with contextlib.suppress(KeyError):  # moto's word for what is not there
            super().remove(made, desired)

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        """How the operations find a resource, of an API or not."""
        if "RestApiId" in desired.properties:
            return {self.key: made.physical_id, "restApiId": desired.properties["RestApiId"]}
        return {self.key: made.physical_id}
