"""The first start: language, folder and a model to begin with."""
