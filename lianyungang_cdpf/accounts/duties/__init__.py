"""三员分立: who keeps accounts, who gives roles and who reads the log are three people; a role is given by two."""
