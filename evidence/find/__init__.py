"""The find page: `request` reads the address, `results` is the list, and the others show it or hand it over."""
