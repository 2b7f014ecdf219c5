"""The HTTP doors: they check who calls, read through queries and write through one action each."""
