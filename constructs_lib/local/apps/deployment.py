"""Deploys stacks of a cloud assembly into the embedded AWS, with the CloudFormation that it serves."""

import contextlib
import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from constructs_lib.local.apps.assembly import AssemblyError, FileAsset, Stack

BOOTSTRAP_VERSION = "100"
"""Far above every version that a template asks for: there is nothing to bootstrap here."""

CHANGE_SET = "constructs-lib"
NOT_EMULATED = "not emulated"
"""How the reason begins in the event of a resource that is left out, and of a custom resource."""


class DeploymentError(Exception):
    """A stack that could not be deployed."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack.

    Args:
        name: the stack's name.
        outputs: its outputs by key.
        resources: type and physical id of its resources by logical id.
        not_emulated: resource types that moto does not have and that were left out, and custom resources, whose
            functions were not run.
    """

    name: str
    outputs: dict[str, str]
    resources: dict[str, tuple[str, str]]
    not_emulated: tuple[str, ...]

    def state_machine(self, logical_id: str | None = None) -> str:
        """The ARN of the stack's state machine.

        Args:
            logical_id: which one, when there are several.

        Raises:
            LookupError: there is none, or several and none was named.
        """
        found = {
            name: arn for name, (kind, arn) in self.resources.items() if kind == "AWS::StepFunctions::StateMachine"
        }
        if logical_id in found:
            return found[logical_id]
        names = ", ".join(sorted(found))
        if not found:
            raise LookupError(f"stack {self.name} has no state machine: there is nothing to run")
        if logical_id:
            raise LookupError(f"stack {self.name} has no state machine {logical_id!r}, it has: {names}")
        if len(found) > 1:
            raise LookupError(f"stack {self.name} has several state machines, name one with --state-machine: {names}")
        return next(iter(found.values()))


def deployed(cloudformation: Any, name: str, *, not_emulated: tuple[str, ...] = ()) -> Deployment:
    """Read the outputs and resources of a stack; a `ClientError` says that it is not there."""
    [described] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = [item for page in pages for item in page["StackResourceSummaries"]]
    return Deployment(
        name=name,
        outputs={item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])},
        resources={
            item["LogicalResourceId"]: (item["ResourceType"], item.get("PhysicalResourceId", "")) for item in resources
        },
        not_emulated=not_emulated,
    )


class Deployer:
    """Brings stacks and their assets into an account.

    Args:
        client: makes a boto3 client for a service.
        account: the account's number.
        region: the region's name.
    """

    def __init__(self, client: Any, account: str, region: str) -> None:
        self._client = client
        self._placeholders = {
            "${AWS::AccountId}": account,
            "${AWS::Region}": region,
            "${AWS::Partition}": "aws",
        }

    # Clients take a fifth of a second, which an account that nothing is deployed into need not spend.
    @cached_property
    def _cloudformation(self) -> Any:
        return self._client("cloudformation")

    @cached_property
    def _s3(self) -> Any:
        return self._client("s3")

    @cached_property
    def _ssm(self) -> Any:
        return self._client("ssm")

    def deploy(self, stack: Stack) -> Deployment:
        """Deploy one stack; those that it depends on have to be there.

        Raises:
            AssemblyError: a file of the assembly is broken.
            DeploymentError: CloudFormation, or S3 for one of its assets, refused it.
        """
        self._bootstrap(stack)
        try:
            for asset in stack.files:
                self._upload(asset)
            is_changed = self._change(stack)
        except ClientError as error:
            raise DeploymentError(f"stack {stack.name}: {error.response['Error']['Message']}") from error
        except ParamValidationError as error:
            raise DeploymentError(f"stack {stack.name}: {' '.join(str(error).split())}") from error
        return self._describe(stack, is_changed=is_changed)

    def _change(self, stack: Stack) -> bool:
        """Make or update the stack by a change set; nothing happens when nothing has changed. Whether something did."""
        named = {"StackName": stack.name, "ChangeSetName": CHANGE_SET}
        self._cloudformation.create_change_set(
            **named,
            ChangeSetType="UPDATE" if self._exists(stack.name) else "CREATE",
            TemplateBody=stack.template_path.read_text(encoding="utf-8-sig"),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        if self._cloudformation.describe_change_set(**named)["Status"] == "FAILED":
            self._cloudformation.delete_change_set(**named)
            return False
        self._cloudformation.execute_change_set(**named)
        return True

    def _exists(self, name: str) -> bool:
        """Whether there is a stack to update; one that was rolled back when it was made is removed."""
        try:
            [found] = self._cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError:
            return False
        if found["StackStatus"] != "ROLLBACK_COMPLETE":
            return bool(found["StackStatus"] != "REVIEW_IN_PROGRESS")
        self._cloudformation.delete_stack(StackName=name)
        self._ended(found["StackId"])
        return False

    def _ended(self, name: str) -> dict[str, Any]:
        """A stack once nothing is being done to it; every answer waits for that a while."""
        while True:
            [found] = self._cloudformation.describe_stacks(StackName=name)["Stacks"]
            if not found["StackStatus"].endswith("_IN_PROGRESS"):
                return dict(found)

    def _describe(self, stack: Stack, *, is_changed: bool) -> Deployment:
        described = self._ended(stack.name)
        events = self._events(stack.name)
        # An update that was rolled back before has left the stack as it is wanted now.
        wanted = {"CREATE_COMPLETE", "UPDATE_COMPLETE"} | (set() if is_changed else {"UPDATE_ROLLBACK_COMPLETE"})
        if described["StackStatus"] not in wanted:
            raise DeploymentError(f"stack {stack.name}: {described['StackStatus']}: {_reason(events)}")
        left_out = {item["ResourceType"] for item in events if NOT_EMULATED in item.get("ResourceStatusReason", "")}
        types = {resource["Type"] for resource in stack.template["Resources"].values()}
        return deployed(self._cloudformation, stack.name, not_emulated=tuple(sorted(left_out & types)))

    def _events(self, name: str) -> list[dict[str, Any]]:
        """The stack's events, the newest first."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        return [event for page in pages for event in page["StackEvents"]]

    def _bootstrap(self, stack: Stack) -> None:
        for parameter in stack.template.get("Parameters", {}).values():
            if parameter["Type"] == "AWS::SSM::Parameter::Value<String>" and "Default" in parameter:
                # The version of the bootstrap stack; any other parameter is there, set by whoever deploys.
                with contextlib.suppress(self._ssm.exceptions.ParameterAlreadyExists):
                    self._ssm.put_parameter(Name=parameter["Default"], Value=BOOTSTRAP_VERSION, Type="String")

    def _upload(self, asset: FileAsset) -> None:
        bucket, key = self._resolve(asset.bucket), self._resolve(asset.key)
        self._s3.create_bucket(Bucket=bucket)  # in us-east-1, and here, making a bucket twice is no error
        try:
            body = _zip(asset.path) if asset.zipped and asset.path.is_dir() else asset.path.read_bytes()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise AssemblyError(f"{asset.path}: the asset cannot be read: {reason}") from None
        self._s3.upload_fileobj(io.BytesIO(body), bucket, key)

    def _resolve(self, text: str) -> str:
        for placeholder, value in self._placeholders.items():
            text = text.replace(placeholder, value)
        return text


def _reason(events: list[dict[str, Any]]) -> str:
    """Why a stack was rolled back, by its events, the newest first; a rollback of an update begins as an update."""
    told = [item for item in events if item.get("ResourceStatusReason")]
    begun = [item for item in told if item["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS")]
    return str((begun or told)[0]["ResourceStatusReason"])


def _zip(directory: Path) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file() or path.is_dir():  # and no link to what is not there
                archive.write(path, path.relative_to(directory))
    return body.getvalue()
