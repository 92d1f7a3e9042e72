"""追缴: what was paid wrongly is claimed, and comes back by refunds and offsets or is written off by another's word."""
