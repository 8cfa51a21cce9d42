"""What is wrong with AWS Batch pipelines, known from their templates before anything is deployed.

From the ground up: ``model`` (what the templates say, and what only the deployment knows), ``rules`` (one file each),
``reports`` (how findings are told), and the command. Nothing here needs aws-cdk-lib.
"""
