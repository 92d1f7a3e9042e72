"""试算: whom a change of rules would move and by how much, shown before it is saved."""
