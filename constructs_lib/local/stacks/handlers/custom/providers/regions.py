"""References to stacks of other regions: parameters there, which one function writes and another one reads."""

from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request


def writer(asked: Request) -> Answer:
    """Write what other regions may read."""
    wanted, had = ({} if not given else given["WriterProps"] for given in (asked.properties, asked.before))
    ssm = asked.services.elsewhere(wanted["region"]).client("ssm")
    exports, before = wanted["exports"], had.get("exports", {})
    if asked.kind == "Delete":
        _delete(ssm, exports)
        return Answer(asked.physical_id)
    for name, value in exports.items():
        if before.get(name) != value:
            ssm.put_parameter(Name=_name(name), Value=value, Type="String", Overwrite=True)
    _delete(ssm, before.keys() - exports.keys())
    return Answer(asked.physical_id)


def reader(asked: Request) -> Answer:
    """Tell what the stack has resolved already."""
    return Answer(asked.physical_id, asked.properties["ReaderProps"].get("imports", {}))


def _delete(ssm: Any, names: Any) -> None:
    for name in names:
        try:
            ssm.delete_parameter(Name=_name(name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise


def _name(name: str) -> str:
    return name if name.startswith("/") else f"/{name}"
