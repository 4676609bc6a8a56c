"""Accounts of editors: signing in, the second factor, roles, and the admin site behind them."""
