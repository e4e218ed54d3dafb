"""One variant: found, explained, drawn again."""
