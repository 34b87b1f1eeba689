"""What a process keeps of the catalog in memory, how it is read, and how it follows the database."""
