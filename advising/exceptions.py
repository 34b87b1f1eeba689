class AdvisingError(Exception):
    """A refusal whose message is fit for the person who asked."""
