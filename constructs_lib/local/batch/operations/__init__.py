"""The operations of the Batch API, one module per kind of resource: rules first, then what the operation does."""
