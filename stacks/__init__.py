"""Ready stacks, one file each; their settings come from the context in cdk.json."""
