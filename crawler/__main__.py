"""`python -m crawler` is `briefs`."""

from crawler.cli import main

if __name__ == "__main__":
    main(prog_name="briefs")
