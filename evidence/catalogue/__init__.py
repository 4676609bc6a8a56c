"""The published evidence in memory: `facets` is how it works, `build` reads it, `current` is this worker's own."""
