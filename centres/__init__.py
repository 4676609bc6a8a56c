"""The network: its centres, policy areas, spending, rating scales and history."""
