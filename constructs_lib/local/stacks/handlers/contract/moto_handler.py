"""Resources by moto's own classes for templates."""

from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from constructs_lib.local.stacks.handlers.contract.failures import failure
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made


class MotoHandler:
    """Makes resources by a class of moto.

    A class that cannot change what it has made makes another one in its place.

    Args:
        model: the class.
    """

    def __init__(self, model: type[CloudFormationModel]) -> None:
        self._model = model
        self._updates = not hasattr(model.update_from_cloudformation_json, "__isabstractmethod__")
        self._deletes = not hasattr(model.delete_from_cloudformation_json, "__isabstractmethod__")

    def create(self, desired: Desired) -> Made:
        """Make a resource."""
        place = desired.services.account, desired.services.region
        details = {
            "LogicalId": desired.logical_id,
            "StackId": desired.stack_id,
            "ResourceType": desired.resource_type,
        }
        made = self._model.create_from_cloudformation_json(self._name(desired), _document(desired), *place, **details)
        return self._made(made, desired)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change a resource, or make another one."""
        del before
        if not self._updates:
            return self.create(desired)
        before_it = made.physical_id
        changed = self._model.update_from_cloudformation_json(
            original_resource=made.model,
            new_resource_name=self._name(desired),
            cloudformation_json=_document(desired),
            account_id=desired.services.account,
            region_name=desired.services.region,
        )
        now = self._made(changed, desired)
        now.is_next_revision = now.physical_id != before_it  # moto has deleted the one before
        return now

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete a resource; one that is gone already is no error."""
        place = desired.services.account, desired.services.region
        try:
            if hasattr(made.model, "delete"):
                made.model.delete(*place)
            elif self._deletes:
                self._model.delete_from_cloudformation_json(made.physical_id, _document(desired), *place)
        except Exception as error:
            if failure(error).code != "NotFound":
                raise

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        del desired
        try:
            found = made.model.get_cfn_attribute(name)
        except (UnformattedGetAttTemplateException, NotImplementedError, AttributeError):
            raise KeyError(name) from None
        return found

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Leave it to the schema."""
        del desired, before
        return None

    def _name(self, desired: Desired) -> str:
        prop = self._model.cloudformation_name_type()
        return str(desired.properties.get(prop, desired.name)) if prop else desired.name

    def _made(self, model: Any, desired: Desired) -> Made:
        model.cf_resource_type = desired.resource_type
        model.logical_resource_id = desired.logical_id
        # Some classes of moto have no id of their own.
        return Made(str(getattr(model, "physical_resource_id", desired.name)), model)


def moto_handler(resource_type: str) -> MotoHandler | None:
    """The handler of a type that moto makes; None when it does not."""
    model = parsing.get_model_map().get(resource_type)
    return MotoHandler(model) if model else None


def _document(desired: Desired) -> dict[str, Any]:
    return {"Type": desired.resource_type, "Properties": desired.properties}
