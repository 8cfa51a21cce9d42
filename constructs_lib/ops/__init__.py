"""What operates pipelines that are deployed, by AWS's APIs alone: no constructs, and no embedded AWS."""
