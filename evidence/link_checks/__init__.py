"""Checking the links: which addresses the portal links to, whether they still work and have changed, and what uses them."""
