"""Bank: payment files out, returns in, re-issue of what came back, and a roll's money that always adds up."""
