"""How a roll becomes money: prepared, reviewed, approved, paid and archived, each step by somebody else."""
