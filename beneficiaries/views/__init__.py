"""Pages of deeds on people: each shows what it is about, asks what it must know, and says what was refused."""
