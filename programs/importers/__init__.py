"""Published files into the directory: one module a source, run by ``manage.py import_data``.

``tables`` reads files, ``values`` reads cells, ``sync`` compares with the database and writes, ``report`` tells what
happened, ``citations`` names the publishers, ``run`` ties them together. A new source is one module with ``LAYOUTS``
and ``load(tables, report)``, and a line in ``run.SOURCES``.
"""
