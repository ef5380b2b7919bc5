"""How the tables came to be what they are: one step per released change, run when a store is opened."""
