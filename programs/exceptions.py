class DirectoryError(Exception):
    """Something the directory refuses to do; the message is fit for the person who asked."""
