"""Jobs over an engine: the main job, and the processes that draw for it."""
