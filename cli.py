"""`python cli.py …` is `banner …` for a checkout."""

from banner_engine.cli import main

if __name__ == "__main__":
    main()
