"""Data only: the model catalogue, icons, translations and samples that ship with Fireside."""
