"""Lists of blocks of addresses."""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2


class _PrefixList(Ec2Handler):
    attributes: ClassVar = {
        "PrefixListId": lambda prefixes: prefixes.id,
        "Arn": lambda prefixes: prefixes.prefix_list_arn,
        "OwnerId": lambda prefixes: prefixes.owner_id,
        "Version": lambda prefixes: prefixes.version,
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        entries = [dict(entry) for entry in properties.get("Entries") or []]
        return backend.create_managed_prefix_list(
            properties["AddressFamily"],
            entries,
            str(properties.get("MaxEntries", len(entries) or 1)),
            properties["PrefixListName"],
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        prefixes = made.model
        if not change.is_new and change.touches("Entries", "PrefixListName"):
            added, removed = change.items("Entries")
            ec2(desired).modify_managed_prefix_list(
                added, removed, prefixes.id, prefixes.version, change.after["PrefixListName"]
            )
        prefixes.max_entries = str(change.after.get("MaxEntries", prefixes.max_entries))

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        return Change(before.properties, desired.properties).touches("AddressFamily") or None

    def destroy(self, backend: Any, made: Made) -> None:
        if not backend.managed_prefix_lists.pop(made.physical_id, None):
            raise HandlerError(f"The prefix list ID '{made.physical_id}' does not exist.", "NotFound")


HANDLERS: dict[str, Handler] = {"AWS::EC2::PrefixList": _PrefixList()}
