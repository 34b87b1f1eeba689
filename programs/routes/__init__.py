"""The way from a program to a job title, and back; the words are those of ``docs/glossary.md``.

``graph`` follows the links of a program forward, ``pathway`` those of a job title back, ``drawing`` draws that,
``totals`` adds up time and cost, ``cards`` has what the results page shows of each program.
"""
