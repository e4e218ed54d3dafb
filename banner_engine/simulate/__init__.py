"""A world without traffic: people, what they are shown, and what they do with it."""
