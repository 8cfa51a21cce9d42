"""A DAG with a job of AWS Batch, which waits for it and shows its log."""

from datetime import UTC, datetime

from airflow.providers.amazon.aws.operators.batch import BatchOperator
from airflow.sdk import DAG

with DAG("squares", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    BatchOperator(
        task_id="square",
        job_name="square",
        job_queue="clients",
        job_definition="square",
        container_overrides={"environment": [{"name": "N", "value": "7"}]},
        awslogs_enabled=True,
        poll_interval=1,
        region_name="us-east-1",
        aws_conn_id=None,
    )
