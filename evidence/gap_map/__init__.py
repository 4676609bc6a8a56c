"""The evidence gap map: `request` reads the address, `matrix` counts the cells, `lacking` says what is missing in words."""
