"""A Distributed Map over batches of items, with an array job for each batch."""
