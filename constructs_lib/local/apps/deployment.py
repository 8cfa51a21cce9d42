"""Deploys stacks of a cloud assembly into the embedded AWS, with the CloudFormation that it serves."""

import contextlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import AssemblyError, AssemblyStack, FileAsset
from constructs_lib.local.apps.construct_paths import noted, paths_in, paths_nested, paths_noted
from constructs_lib.local.apps.helping_machines import STATE_MACHINE, helpers_in
from constructs_lib.local.apps.resource_names import Resource, listed, named, one

JOB_DEFINITION = "AWS::Batch::JobDefinition"
NESTED_STACK = "AWS::CloudFormation::Stack"

BOOTSTRAP_VERSION = "100"
"""Far above every version that a template asks for: there is nothing to bootstrap here."""

CHANGE_SET = "constructs-lib"
_REGION_OF_S3 = "us-east-1"
"""Where a bucket is that is made without a word about it; there, none may be said."""
MADE_ON_DEMAND = "made on demand, as nothing here has it"
"""How the reason begins in the event of a stack that imports something."""

NOT_EMULATED = "not emulated"
"""How the reason begins in the event of a resource that is left out, and of a custom resource."""


class DeploymentError(Exception):
    """A stack that could not be deployed."""


class RolledBackError(DeploymentError):
    """A stack that CloudFormation began to make or to change, and rolled back; the text names the resource and why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack.

    Args:
        name: the stack's name.
        outputs: its outputs by key.
        resources: type and physical id of its resources by logical id; of one in a nested stack by the nested stack's
            logical id, a slash, and its own.
        not_emulated: resource types that moto does not have and that were left out, and custom resources, whose
            functions were not run.
        paths: construct paths by logical id, as far as they are known.
        location: the account and the region that it is in.
        made: what it imports and was made on demand when it was deployed.
        helpers: logical ids of the state machines that work for others, as far as they are known.
    """

    name: str
    outputs: dict[str, str]
    resources: dict[str, tuple[str, str]]
    not_emulated: tuple[str, ...]
    paths: Mapping[str, str] = field(default_factory=dict)
    location: Location = field(default_factory=Location)
    made: tuple[str, ...] = ()
    helpers: frozenset[str] = frozenset()

    def named(self, kind: str | None = None) -> list[Resource]:
        """The resources of a type, or all of them, with what they are called."""
        return named(self.resources, self.paths, kind)

    def physical_ids(self, kind: str) -> list[str]:
        """Those of the resources of a type."""
        return [item.physical_id for item in self.named(kind)]

    def find(self, wanted: str, kind: str, what: str) -> Resource:
        """Find a resource by its name: of its construct, in the template or in AWS, or the beginning of one.

        Args:
            wanted: the name.
            kind: look only at resources of this type.
            what: what those are, for the error.

        Raises:
            LookupError: there is none, or several are meant.
        """
        return one(wanted, self.named(kind), f"stack {self.name}", what)

    def meant(self, machines: list[Resource]) -> list[Resource]:
        """Those of some state machines that do not work for others; all, if all do."""
        return [item for item in machines if item.key not in self.helpers] or machines

    def state_machine(self, wanted: str | None = None, *, option: str = "--state-machine") -> str:
        """The ARN of the stack's state machine, whatever others work for it.

        Args:
            wanted: which one, when there are several, by its name as `find` takes it.
            option: how it is named, for the error.

        Raises:
            LookupError: there is none, or several and none was named.
        """
        found = self.named(STATE_MACHINE)
        if not found:
            jobs = "; `local submit` submits a job" if self.named(JOB_DEFINITION) else ""
            raise LookupError(f"stack {self.name} has no state machine: there is nothing to run{jobs}")
        if wanted is not None:
            return self.find(wanted, STATE_MACHINE, "state machine").physical_id
        meant = self.meant(found)
        if len(meant) > 1:
            raise LookupError(f"stack {self.name} has several state machines, name one with {option}: {listed(meant)}")
        return meant[0].physical_id


def deployed(cloudformation: Any, name: str, *, not_emulated: tuple[str, ...] = ()) -> Deployment:
    """Read the outputs and resources of a stack, and of those nested in it; a `ClientError` says that it is not there.

    Args:
        cloudformation: a boto3 client.
        name: the stack's name or id.
        not_emulated: what was left out of it.
    """
    [described] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    summaries = [item for page in pages for item in page["StackResourceSummaries"]]
    resources = {
        item["LogicalResourceId"]: (item["ResourceType"], item.get("PhysicalResourceId", "")) for item in summaries
    }
    template = cloudformation.get_template(StackName=name)["TemplateBody"]
    known, helpers = paths_in(template), set(helpers_in(template))
    for key, (kind, stack_id) in list(resources.items()):
        if kind == NESTED_STACK and stack_id:
            nested = deployed(cloudformation, stack_id)
            resources |= {f"{key}/{inner}": item for inner, item in nested.resources.items()}
            known |= {f"{key}/{inner}": path for inner, path in nested.paths.items()}
            helpers |= {f"{key}/{inner}" for inner in nested.helpers}
    return Deployment(
        name=described["StackName"],
        outputs={item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])},
        resources=resources,
        not_emulated=not_emulated,
        paths=known,
        location=Location.of(described["StackId"]),
        helpers=frozenset(helpers),
    )


class Deployer:
    """Brings stacks and their assets into the accounts and regions that they are for.

    Args:
        client: makes a boto3 client for a service in an account and region.
        default: the account and the region of stacks that leave them open.
    """

    def __init__(self, client: Callable[[str, Location], Any], default: Location) -> None:
        self._client = client
        self._default = default
        self._places: dict[Location, _Place] = {}

    def deploy(self, stack: AssemblyStack) -> Deployment:
        """Deploy one stack; those that it depends on have to be there.

        Raises:
            AssemblyError: a file of the assembly is broken.
            DeploymentError: CloudFormation, or S3 for one of its assets, refused it.
        """
        location = stack.location(self._default)
        if location not in self._places:
            self._places[location] = _Place(self._client, location)
        return self._places[location].deploy(stack)


class _Place:
    """Brings stacks and their assets into one account and region.

    Args:
        client: makes a boto3 client for a service.
        location: the account and the region.
    """

    def __init__(self, client: Callable[[str, Location], Any], location: Location) -> None:
        self._client = client
        self._location = location
        self._placeholders = {
            "${AWS::AccountId}": location.account,
            "${AWS::Region}": location.region,
            "${AWS::Partition}": location.partition,
        }

    # Clients take a fifth of a second, which an account that nothing is deployed into need not spend.
    @cached_property
    def _cloudformation(self) -> Any:
        return self._client("cloudformation", self._location)

    @cached_property
    def _s3(self) -> Any:
        return self._client("s3", self._location)

    @cached_property
    def _ssm(self) -> Any:
        return self._client("ssm", self._location)

    def deploy(self, stack: AssemblyStack) -> Deployment:
        """Deploy one stack.

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

    def _change(self, stack: AssemblyStack) -> bool:
        """Make or update the stack by a change set; nothing happens when nothing has changed. Whether something did."""
        named = {"StackName": stack.name, "ChangeSetName": CHANGE_SET}
        self._cloudformation.delete_change_set(**named)  # one that was never executed
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

    def _describe(self, stack: AssemblyStack, *, is_changed: bool) -> Deployment:
        described = self._ended(stack.name)
        events = self._events(stack.name)
        # An update that was rolled back before has left the stack as it is wanted now.
        wanted = {"CREATE_COMPLETE", "UPDATE_COMPLETE"} | (set() if is_changed else {"UPDATE_ROLLBACK_COMPLETE"})
        if described["StackStatus"] not in wanted:
            raise RolledBackError(f"stack {stack.name}: {described['StackStatus']}: {reason_of(events)}")
        left_out = {item["ResourceType"] for item in events if NOT_EMULATED in item.get("ResourceStatusReason", "")}
        types = {resource["Type"] for resource in stack.template["Resources"].values()}
        found = deployed(self._cloudformation, stack.name, not_emulated=tuple(sorted(left_out & types)))
        metadata = noted(stack)
        paths = {**found.paths, **paths_noted(metadata, stack.template_path.name)}
        made = _made(events) if is_changed else ()
        return replace(found, paths=paths_nested(metadata, found.resources, paths), made=made)

    def _events(self, name: str) -> list[dict[str, Any]]:
        """The stack's events, the newest first."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        return [event for page in pages for event in page["StackEvents"]]

    def _bootstrap(self, stack: AssemblyStack) -> None:
        for parameter in stack.template.get("Parameters", {}).values():
            if parameter["Type"] == "AWS::SSM::Parameter::Value<String>" and "Default" in parameter:
                # The version of the bootstrap stack; any other parameter is there, set by whoever deploys.
                with contextlib.suppress(self._ssm.exceptions.ParameterAlreadyExists):
                    self._ssm.put_parameter(Name=parameter["Default"], Value=BOOTSTRAP_VERSION, Type="String")

    def _upload(self, asset: FileAsset) -> None:
        bucket, key = self._resolve(asset.bucket), self._resolve(asset.key)
        self._make(bucket)
        try:
            body = _zip(asset.path) if asset.zipped and asset.path.is_dir() else asset.path.read_bytes()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise AssemblyError(f"{asset.path}: the asset cannot be read: {reason}") from None
        self._s3.upload_fileobj(io.BytesIO(body), bucket, key)

    def _make(self, bucket: str) -> None:
        region = self._location.region
        where = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != _REGION_OF_S3 else {}
        try:
            self._s3.create_bucket(Bucket=bucket, **where)
        except ClientError as error:  # outside of this region, making a bucket twice is an error
            if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _resolve(self, text: str) -> str:
        for placeholder, value in self._placeholders.items():
            text = text.replace(placeholder, value)
        return text


def reason_of(events: list[dict[str, Any]]) -> str:
    """Why a stack was rolled back, by its events, the newest first: the resource that failed first, in AWS's words."""
    of_this = list(takewhile(lambda item: not _begins(item), events))
    told = [item for item in of_this if item.get("ResourceStatusReason")]
    failed = [item for item in told if item["ResourceStatus"].endswith("_FAILED") and not _is_stack(item)]
    # What was under way when the first one failed is cancelled, and fails with it.
    if first := next((item for item in reversed(failed) if "cancelled" not in item["ResourceStatusReason"]), None):
        return f"{first['LogicalResourceId']} ({first['ResourceType']}): {first['ResourceStatusReason']}"
    begun = [item for item in events if item["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS")]
    reasons = [item["ResourceStatusReason"] for item in [*begun, *told] if "ResourceStatusReason" in item]
    return str(reasons[0]) if reasons else "no reason is given"


def _begins(event: dict[str, Any]) -> bool:
    return _is_stack(event) and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")


def _is_stack(event: dict[str, Any]) -> bool:
    return bool(event["PhysicalResourceId"] == event["StackId"])


def _made(events: list[dict[str, Any]]) -> tuple[str, ...]:
    """What was made on demand in the last deployment, by a stack's events, the newest first."""
    for event in events:
        reason, status = event.get("ResourceStatusReason", ""), event["ResourceStatus"]
        if reason.startswith(MADE_ON_DEMAND):
            return tuple(reason.partition(": ")[2].split(", "))
        if event["PhysicalResourceId"] == event["StackId"] and status.endswith("_COMPLETE") and event is not events[0]:
            break
    return ()


def _zip(directory: Path) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file() or path.is_dir():  # and no link to what is not there
                archive.write(path, path.relative_to(directory))
    return body.getvalue()
