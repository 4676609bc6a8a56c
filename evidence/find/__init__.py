"""The find page: `request` reads the address, `results` is the list, and the others render or export it."""
