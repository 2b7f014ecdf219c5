"""Every write: one function is one unit of work and its events; nothing here commits or sends."""
