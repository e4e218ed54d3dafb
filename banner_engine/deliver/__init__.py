"""What leaves the engine: whole files, the folder of a run, links that count."""
