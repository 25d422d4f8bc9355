"""What opening a large store of tar shards costs."""
