"""Doors of time: loops that open units of work of their own."""
