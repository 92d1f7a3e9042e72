"""What `bin/bench NAME` runs. Every benchmark works on databases of its own, never on the portal's."""
