"""Finding what matters: the port for embeddings, the client for the child process, and the worker itself."""
