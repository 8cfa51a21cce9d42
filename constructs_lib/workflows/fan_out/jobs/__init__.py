"""What fan-outs over AWS Batch share: their jobs, and the rounds in which they run again."""
