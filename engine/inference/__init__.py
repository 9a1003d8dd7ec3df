"""Running language models: the port, the client for the child process, templates and the worker itself."""
