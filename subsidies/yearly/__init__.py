"""Programmes that are not paid by the month: pension premiums, group insurance, education grants.

cells     what their columns hold            rolls    their lists as classes of facts
terms     judging that all of them share     premiums, policies, grants    judging and posting of each
kinds     what the intake is offered
"""
