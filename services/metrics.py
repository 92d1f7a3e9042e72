"""How this app's records are counted. The records themselves come with their own work; until then nothing counts."""

METRICS = ()
