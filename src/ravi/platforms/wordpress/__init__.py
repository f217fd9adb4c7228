"""WordPress through its own REST API, with an application password."""
