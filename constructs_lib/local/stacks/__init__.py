"""Makes moto's CloudFormation do with stacks what AWS does, one small module per gap.

`install` replaces single attributes of moto's classes in this process.
"""

from importlib import import_module

__all__ = ["install"]

_GAPS = (
    "availability_zones",
    "bucket_policies",
    "deletion",
    "efs_attributes",
    "log_group_arns",
    "repository_names",
    "roles",
    "secrets",
    "state_machine_revisions",
    "state_machine_settings",
    "subscriptions",
)


def install() -> None:
    """Close every gap; again is no harm."""
    for name in _GAPS:
        import_module(f"{__name__}.{name}").install()
