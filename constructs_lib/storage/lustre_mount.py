"""How an instance mounts a Lustre file system before it takes jobs.

Source: https://docs.aws.amazon.com/fsx/latest/LustreGuide/install-lustre-client.html
"""

from constructs_lib.storage.job_storage import PosixOwner


def mount_commands(dns_name: str, mount_name: str, path: str, owner: PosixOwner) -> list[str]:
    """Commands that mount a file system and make the directory of jobs on it.

    The ECS agent starts when the user data has run. If it fails, the agent is masked and the instance is shut down:
    AWS Batch then starts another one, and no job runs without its file system.
    """
    return [
        "trap 'systemctl mask --now ecs; shutdown -h now' ERR",
        "set -o errtrace",
        "command -v mount.lustre || dnf install -y lustre-client",
        f"mkdir -p {path}",
        f"mountpoint -q {path} || mount -t lustre -o relatime,flock {dns_name}@tcp:/{mount_name} {path}",
        f"install -d -o {owner.uid} -g {owner.gid} -m 0750 {path}/jobs",
    ]
