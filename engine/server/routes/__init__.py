"""One module of routes per noun of the API."""
