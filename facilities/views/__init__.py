"""Pages of facilities: all of them on a map and in a list, one of them whole, and the deeds on it."""
