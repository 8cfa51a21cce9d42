"""What every wing needs: where an argument stands, its checks, platforms, ARNs, level 1."""
