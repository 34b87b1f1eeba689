"""Published files into the directory: one module a source, run by ``manage.py import_data``.

``files`` finds and unpacks, ``tables`` reads by column, ``values`` reads cells, ``citations`` names the publishers and
tells releases apart, ``imported`` declares what is written to records that people edit too, ``sync`` compares with the
database and writes, ``report`` tells what happened, ``run`` ties them together. A new source is one module with
``LAYOUTS``, a ``Target`` for each kind of row it writes and ``load(tables, report)``, its citation, and a line in
``run.SOURCES``.
"""
