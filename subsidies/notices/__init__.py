"""公示: who is on a roll and for how much, masked, for a village's board and a public page, for some days only."""
