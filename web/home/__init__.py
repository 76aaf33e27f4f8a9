"""Home page and the pages about the service itself."""
