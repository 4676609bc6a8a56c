"""Editorial work: what editions say, how they move from draft to published, and what editors see of it."""
