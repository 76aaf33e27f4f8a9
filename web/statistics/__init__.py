"""Public figures of the service."""
