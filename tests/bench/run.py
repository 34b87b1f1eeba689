"""One benchmark by name, in this process: ``python -m tests.bench.run bench_search ../shared/data``."""

import importlib
import sys

import django

if __name__ == "__main__":
    name, data = sys.argv[1:]
    django.setup()
    sys.exit(0 if importlib.import_module(f"tests.bench.{name}").main(data) else 1)
