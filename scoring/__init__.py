"""How well a drill went."""
