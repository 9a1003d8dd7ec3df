"""Child processes: started from a closed table, spoken to in frames, watched, and stopped with the app."""
