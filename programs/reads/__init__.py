"""What several pages read: questions to the directory that are wider than one queryset method.

They answer with records and plain shapes, and write nothing. A view asks them; they know of no view.
"""
