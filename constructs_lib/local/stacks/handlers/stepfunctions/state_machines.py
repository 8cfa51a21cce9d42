"""AWS::StepFunctions::StateMachine.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

import json
import re
from typing import Any, ClassVar

import yaml  # type: ignore[import-untyped]

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.stepfunctions.backend import backend_of, forget_tags, in_camel_case, tag

_DEFINITIONS = ("DefinitionString", "Definition", "DefinitionS3Location")
_OF_AN_UPDATE = (
    *_DEFINITIONS,
    "DefinitionSubstitutions",
    "EncryptionConfiguration",
    "LoggingConfiguration",
    "RoleArn",
    "TracingConfiguration",
)
_NEVER_CHANGED = "INITIAL"
_NO_KEY, _NO_LOGS, _NO_TRACES = {"type": "AWS_OWNED_KEY"}, {"level": "OFF"}, {"enabled": False}


def revision(machine: Any) -> str:
    """The revision that a state machine has now."""
    return str(getattr(machine, "revision_id", None) or _NEVER_CHANGED)


class _StateMachine(ResourceHandler):
    attributes: ClassVar = {
        "Arn": lambda machine: machine.arn,
        "Name": lambda machine: machine.name,
        "StateMachineRevisionId": revision,
    }

    def make(self, desired: Desired) -> Made:
        properties, backend = desired.properties, backend_of(desired)
        name = str(properties.get("StateMachineName", desired.name))
        arn = desired.services.arn("states", f"stateMachine:{name}")
        if any(machine.arn == arn for machine in backend.state_machines):
            raise HandlerError(f"State Machine Already Exists: '{arn}'", "AlreadyExists")
        machine = backend.create_state_machine(
            name,
            definition(desired),
            properties["RoleArn"],
            sm_type=properties.get("StateMachineType"),
            loggingConfiguration=in_camel_case(properties.get("LoggingConfiguration")),
            tracingConfiguration=in_camel_case(properties.get("TracingConfiguration")),
            encryptionConfiguration=in_camel_case(properties.get("EncryptionConfiguration")),
        )
        return Made(machine.arn, machine)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Change it for the executions that begin from now on."""
        after = change.after
        if not change.is_new and change.touches(*_OF_AN_UPDATE):
            backend_of(desired).update_state_machine(
                made.physical_id,
                definition(desired),
                after["RoleArn"],
                logging_configuration=in_camel_case(after.get("LoggingConfiguration", _NO_LOGS)),
                tracing_configuration=in_camel_case(after.get("TracingConfiguration", _NO_TRACES)),
                encryption_configuration=in_camel_case(after.get("EncryptionConfiguration", _NO_KEY)),
            )
        tag(desired, made.physical_id, change)

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it; executions that are under way go on."""
        backend_of(desired).delete_state_machine(made.physical_id)
        forget_tags(desired, made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        return backend_of(desired).describe_state_machine(made.physical_id)


def definition(desired: Desired) -> str:
    """The definition as a text, with the template's values for its ``${name}``."""
    given = [name for name in _DEFINITIONS if desired.properties.get(name)]
    if len(given) != 1:
        told = ", ".join(given) or "none"
        raise HandlerError(f"Specify exactly one of {', '.join(_DEFINITIONS)}; specified: {told}")
    value = desired.properties[given[0]]
    written = _of_bucket(desired, value) if given == ["DefinitionS3Location"] else text(value)
    values = desired.properties.get("DefinitionSubstitutions") or {}
    if values:
        written = _replaced(written, values)
    return _json(written) if given == ["DefinitionS3Location"] else written


def _replaced(written: str, values: dict[str, Any]) -> str:
    # All at once, as AWS does: what a value brings is not replaced in its turn.
    names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))
    return re.sub(rf"\$\{{({names})\}}", lambda found: text(values[found[1]]), written)


def _of_bucket(desired: Desired, location: dict[str, Any]) -> str:
    where = {"Bucket": location["Bucket"], "Key": location["Key"]}
    if "Version" in location:
        where["VersionId"] = str(location["Version"])
    body: bytes = desired.services.client("s3").get_object(**where)["Body"].read()
    try:
        return body.decode()
    except UnicodeDecodeError:
        message = f"Invalid State Machine Definition: s3://{where['Bucket']}/{where['Key']} is no text in UTF-8"
        raise HandlerError(message) from None


def _json(written: str) -> str:
    """A definition that may be YAML; a value that has replaced a name in it is of the type that YAML reads there."""
    if written.lstrip().startswith("{"):
        return written
    return json.dumps(yaml.safe_load(written), ensure_ascii=False, default=str)


HANDLERS: dict[str, Handler] = {"AWS::StepFunctions::StateMachine": _StateMachine()}
