"""A Distributed Map over batches of items, each an array job."""
