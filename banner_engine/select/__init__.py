"""Which product, theme, palette, copy and layout a profile gets, and with which probability."""
