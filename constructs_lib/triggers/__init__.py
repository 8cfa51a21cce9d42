"""What starts a pipeline or a job by itself: a time, an object in a bucket, a message in a queue."""
