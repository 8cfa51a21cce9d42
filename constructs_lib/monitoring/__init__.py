"""What becomes of jobs and executions, as metrics, alarms and dashboards."""
