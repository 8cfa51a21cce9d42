"""File systems, log groups, roles, instance profiles, topics, queues and buckets, as a template names them, in moto.

What a role may do in its account is not known here: an imported one may do everything, and every service may take it
on.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.efs.models import efs_backends
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from constructs_lib.local.account import Location
from constructs_lib.local.imported.references import Imported, Kind

_RIGHTS = "Everything"
_FIFO = ".fifo"


class Services:
    """What is imported besides networks in an account and region.

    Args:
        location: the account and region.
    """

    def __init__(self, location: Location) -> None:
        self._location = location
        self._makers: dict[Kind, Callable[[Imported], Any]] = {
            Kind.FILE_SYSTEM: self._make_file_system,
            Kind.LOG_GROUP: lambda item: self._logs.create_log_group(item.id, {}),
            Kind.ROLE: self._make_role,
            Kind.INSTANCE_PROFILE: self._make_instance_profile,
            Kind.TOPIC: lambda item: self._sns.create_topic(item.id, _attributes(item, "FifoTopic")),
            Kind.QUEUE: lambda item: self._sqs.create_queue(item.id, **_attributes(item, "FifoQueue")),
            Kind.BUCKET: lambda item: self._s3.create_bucket(item.id, location.region),
        }
        self._finders: dict[Kind, Callable[[str], bool]] = {
            Kind.FILE_SYSTEM: lambda name: name in self._efs.file_systems_by_id,
            Kind.LOG_GROUP: lambda name: name in self._logs.groups,
            Kind.ROLE: lambda name: any(role.name == name for role in self._iam.get_roles()),
            Kind.INSTANCE_PROFILE: lambda name: name in self._iam.instance_profiles,
            Kind.TOPIC: lambda name: location.arn("sns", name) in self._sns.topics,
            Kind.QUEUE: lambda name: name in self._sqs.queues,
            Kind.BUCKET: lambda name: name in s3_backends.bucket_accounts,  # whose ever it is
        }

    def has(self, item: Imported) -> bool:
        """Whether it is there."""
        return bool(self._finders[item.kind](item.id))

    def make(self, item: Imported) -> None:
        """Make it."""
        self._makers[item.kind](item)

    def remove(self, item: Imported) -> None:
        """Take it away again, because a stack makes one of this name; what somebody has put into it stays there."""
        match item.kind:
            case Kind.LOG_GROUP:
                self._logs.groups.pop(item.id, None)
            case Kind.ROLE:
                role = self._iam.get_role(item.id)
                role.policies.clear()
                role.managed_policies.clear()
                self._iam.delete_role(item.id)
            case Kind.INSTANCE_PROFILE:
                self._iam.delete_instance_profile(item.id, ignore_attached_roles=True)
            case Kind.TOPIC:
                self._sns.topics.pop(self._location.arn("sns", item.id), None)
            case Kind.QUEUE:
                self._sqs.queues.pop(item.id, None)
            case Kind.BUCKET if not self._s3.buckets[item.id].keys:
                self._s3.delete_bucket(item.id)

    def _make_file_system(self, item: Imported) -> None:
        made = self._efs.create_file_system(item.id, "", False, "", "", 0, "", False, [])  # noqa: FBT003 - moto's way
        self._efs.file_systems_by_id[item.id] = self._efs.file_systems_by_id.pop(made.file_system_id)
        made.file_system_id = item.id

    def _make_role(self, item: Imported) -> None:
        root = f"arn:{self._location.partition}:iam::{self._location.account}:root"
        trust = _policy(Principal={"Service": "*", "AWS": root}, Action="sts:AssumeRole")
        self._iam.create_role(item.id, trust, item.path, None, "Imported", [], "3600")
        self._iam.put_role_policy(item.id, _RIGHTS, _policy(Action="*", Resource="*"))

    def _make_instance_profile(self, item: Imported) -> None:
        role = Imported(Kind.ROLE, item.id)
        if not self.has(role):
            self._make_role(role)
        self._iam.create_instance_profile(item.id, item.path, [])
        self._iam.add_role_to_instance_profile(item.id, item.id)

    @property
    def _efs(self) -> Any:
        return efs_backends[self._location.account][self._location.region]

    @property
    def _iam(self) -> Any:
        return iam_backends[self._location.account][self._location.partition]

    @property
    def _logs(self) -> Any:
        return logs_backends[self._location.account][self._location.region]

    @property
    def _s3(self) -> Any:
        return s3_backends[self._location.account][self._location.partition]

    @property
    def _sns(self) -> Any:
        return sns_backends[self._location.account][self._location.region]

    @property
    def _sqs(self) -> Any:
        return sqs_backends[self._location.account][self._location.region]


def _attributes(item: Imported, fifo: str) -> dict[str, str]:
    return {fifo: "true"} if item.id.endswith(_FIFO) else {}


def _policy(**members: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **members}]})
