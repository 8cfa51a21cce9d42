"""The same pipelines twice: by our constructs, and by hand. Each module runs as an app with their number."""
