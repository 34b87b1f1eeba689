"""What several pages read of a record. A view asks; nothing here knows a request or a view, and nothing is written."""
