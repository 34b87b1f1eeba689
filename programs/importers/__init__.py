"""Published files into the directory: one module a source, run by ``manage.py import_data``.

``files`` finds and unpacks, ``tables`` reads by column, ``values`` reads cells, ``citations`` names the publishers and
tells releases apart, ``sync`` compares with the database and writes, ``report`` tells what happened, ``run`` ties them
together. A new source is one module with ``LAYOUTS`` and ``load(tables, report)``, its citation, and a line in
``run.SOURCES``.
"""
