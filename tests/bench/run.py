"""One benchmark by name, in this process: ``python -m tests.bench.run bench_search ../shared/data``."""

import importlib
import sys

if __name__ == "__main__":
    name, data = sys.argv[1:]
    importlib.import_module("portal.wsgi")  # the site starts as it does for a server
    sys.exit(0 if importlib.import_module(f"tests.bench.{name}").main(data) else 1)
