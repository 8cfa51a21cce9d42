"""Which behaviour of AWS Batch a local AWS shows: measured over its HTTP API, or read in its documentation."""
