"""Map of needs and offers."""
