"""What the engine costs, each figure against its floor or its peer in the same run (docs/performance.md)."""
