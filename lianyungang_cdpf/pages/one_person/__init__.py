"""一人一档: everything that the portal holds about one person, on one page that prints on A4.

A domain joins the timeline by a function from a Subject to entries in SOURCES (timeline.py), and nothing else.
"""
