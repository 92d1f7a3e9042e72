"""A year of payments rehearsed on an invented city: what goes wrong is planted, and what the portal finds is compared.

people    six counties of people of whom each is rightly paid, and the offices' staff
planting  who dies, moves, is listed twice, is graded anew, shares an account or is returned by the bank, and when
offices   what clerks, reviewers, approvers and finance do in a month
year      twelve months of it, and what must be true at the end of each
"""
