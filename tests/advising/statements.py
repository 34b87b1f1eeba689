from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements(client, address: str) -> int:
    """How many a page takes once everything that is kept between requests is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
