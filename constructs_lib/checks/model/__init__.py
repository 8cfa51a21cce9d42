"""AWS Batch pipelines as their templates describe them; what only the deployment knows is ``Unknown``."""
