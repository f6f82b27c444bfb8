"""`python -m lambada_labs.cli`."""

import sys

from lambada_labs.cli import main

if __name__ == "__main__":
    sys.exit(main())
