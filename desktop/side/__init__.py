"""The quiet side panel: new chat, threads by day, and the way to the other pages."""
