"""月报: a district reports its month, the city checks and locks it; what changes afterwards is told as a difference."""
