"""Live events: from committed rows to the sockets of those who may see them."""
