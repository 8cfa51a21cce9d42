"""Apache Airflow: its BatchOperator submits a job, waits for it, and shows what it wrote."""

import shutil
from pathlib import Path

from tests.clients.conftest import Account
from tests.clients.environments import HERE


def test_a_task_is_a_job_and_shows_its_log(account: Account, tmp_path: Path) -> None:
    container = {
        "image": "public.ecr.aws/docker/library/busybox:latest",
        "command": ["sh", "-c", "echo the square is $((N * N))"],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}],
    }
    account.client("batch").register_job_definition(
        jobDefinitionName="square", type="container", containerProperties=container
    )
    dags = tmp_path / "dags"
    dags.mkdir()
    shutil.copy(HERE / "airflow" / "squares.py", dags)
    settings = {"AIRFLOW_HOME": tmp_path, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    for words in (["db", "migrate"], ["dags", "reserialize"]):
        account.run("airflow", "airflow", *words, cwd=tmp_path, **settings)
    told = account.run("airflow", "airflow", "dags", "test", "squares", cwd=tmp_path, **settings)
    assert "the square is 49" in told
    assert "state=success" in told
