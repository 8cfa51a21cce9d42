"""redun: tasks with an executor of type aws_batch are jobs, a list of them an array job."""

import shutil
from pathlib import Path

from tests.clients.conftest import Account
from tests.clients.environments import HERE

IMAGE = "redun/job:1"
EXECUTOR = """
[executors.batch]
type = aws_batch
image = {image}
queue = {queue}
s3_scratch = s3://{bucket}/redun
role = {role}
vcpus = 1
memory = 1
job_monitor_interval = 1
job_stale_time = 2
min_array_size = 3
"""


def test_tasks_run_as_jobs_and_a_list_of_them_as_an_array(account: Account, tmp_path: Path) -> None:
    account.image("redun", IMAGE)
    shutil.copy(HERE / "redun" / "workflow.py", tmp_path)
    given = {"image": IMAGE, "queue": account.queue, "bucket": account.bucket, "role": account.job_role}
    (tmp_path / ".redun").mkdir()
    (tmp_path / ".redun" / "redun.ini").write_text(EXECUTOR.format(**given))
    told = account.run("redun", "redun", "run", "workflow.py", "main", "--n", "3", cwd=tmp_path)
    assert told.splitlines()[-1] == "14"
    jobs = account.client("batch").list_jobs(jobQueue=account.queue, jobStatus="SUCCEEDED")["jobSummaryList"]
    assert [job["arrayProperties"]["size"] for job in jobs if "size" in job.get("arrayProperties", {})] == [3]
