"""The chat page: transcript, composer and the presenter between them and the engine."""
