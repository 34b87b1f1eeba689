"""From what a person types to the programs, careers and names that hold it."""
