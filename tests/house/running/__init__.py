"""Scanners on a portal that runs: `bin/scan running` serves a demonstration and lets each of them at it.

headers     every kind of page and answer: its fences, its cookies, and what twenty dirty headers change in it
schemas     schemathesis over the API with a token of each role
injection   sqlmap on every parameter of every address, form and operation, and on the headers
"""
