"""Search over the catalog: which programs, in which order, and how many each further choice would leave."""
