"""What handlers have in common.

Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from botocore import xform_name

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.failures import failure
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made
from constructs_lib.local.stacks.handlers.contract.requests import fitted


class ResourceHandler(ABC):
    """The base of handlers: the operations of CloudFormation's contract, made of hooks.

    A resource is made with what only its making can set (`make`), and the rest is set as a change sets it (`settle`),
    so that each property has one place. What is there is deleted by `remove` and read by `read`.

    ``attributes`` has what ``Fn::GetAtt`` gives, each of what `read` returns; ``service`` is the name, as boto3 has it,
    of the API that `call` calls.
    """

    attributes: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    service: str

    def create(self, desired: Desired) -> Made:
        """Make a resource; one that cannot be settled does not stay."""
        made = self.make(desired)
        try:
            self.apply(made, desired, None)
        except Exception:
            self.delete(made, desired)
            raise
        return made

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change a resource in place."""
        self.apply(made, desired, before)
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete a resource; one that is gone already is no error."""
        try:
            self.remove(made, desired)
        except Exception as error:
            if failure(error).code != "NotFound":
                raise

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        return self.attributes[name](self.read(made, desired))

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Leave it to the schema."""
        del desired, before
        return None

    @abstractmethod
    def make(self, desired: Desired) -> Made:
        """Make a resource with what cannot be set later."""

    def apply(self, made: Made, desired: Desired, before: Desired | None) -> None:
        """Bring a resource to what is desired, from what it was before, or from what `make` has made."""
        self.settle(
            made, desired, Change(before.properties if before else {}, desired.properties, is_new=before is None)
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:  # noqa: B027 - not each has such properties
        """Set what changes of the properties that can be set at any time; those that are taken away by default."""

    @abstractmethod
    def remove(self, made: Made, desired: Desired) -> None:
        """Delete a resource."""

    def read(self, made: Made, desired: Desired) -> Any:
        """What the attributes are read from. Default: the model of what was made."""
        del desired
        return made.model

    def call(self, desired: Desired, operation: str, *properties: Mapping[str, Any], **members: Any) -> Any:
        """Call an operation such as ``CreateCluster``.

        Args:
            desired: what it is called for.
            operation: its name.
            properties: of a template. The service's model brings them into the form of the API; what the operation
                does not have is left out.
            members: more of its request, as the API has them; those that are None are left out.
        """
        client = desired.services.client(self.service)
        request: dict[str, Any] = {}
        for item in properties:
            shape = client.meta.service_model.operation_model(operation).input_shape
            request |= fitted(shape, {key: value for key, value in item.items() if value is not None})
        request |= {key: value for key, value in members.items() if value is not None}
        return getattr(client, xform_name(operation))(**request)
