"""The operating system's walls around model-written code; one module per system, chosen by `level`."""
