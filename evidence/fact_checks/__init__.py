"""Fact checks by people without an account: the link, the page behind it, and the mail that brings it."""
