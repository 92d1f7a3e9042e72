"""What the public reads without an account: progress, facilities, aid, a self-check, news. Reaches no person."""
