"""The practice: people, courses, sessions with every needle, outcomes, harms, money, papers.

The rules are filiform.care's; these pages keep the records, say who may do what (access.py), and
write every change and every reading into the history (keeping.py).
"""
