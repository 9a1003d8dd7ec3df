"""The loopback API: the OpenAI wire format over the engine's front door."""
