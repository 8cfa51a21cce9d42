"""The shared parts of fan-outs over AWS Batch: their jobs, and the rounds in which items run again."""
