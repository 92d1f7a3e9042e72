"""逐月变动: what a month's roll changes against the month before, why, and how the next month is made from this one."""
