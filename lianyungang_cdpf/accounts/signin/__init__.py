"""Signing in: lockout, rules of passwords, how long a session lasts, and what becomes of accounts nobody uses."""
