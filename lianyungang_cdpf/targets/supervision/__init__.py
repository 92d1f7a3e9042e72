"""督办: where a place lags, the city orders it to answer by a day, and closes the order on what has become of it."""
