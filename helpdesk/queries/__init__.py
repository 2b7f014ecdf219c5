"""All SQL: the first argument is the session; nothing here commits, answers or tells anybody."""
