"""Recipes to plans: every decision that pixels need, frozen."""
