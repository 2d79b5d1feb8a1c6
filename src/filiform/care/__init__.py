"""One course of care: who may needle, consent, plan, needles, outcomes, progress, harms, claims.

Each module is one idea and is imported by its name:

    from filiform.care.progress import review_progress

Nothing here keeps a record, looks at a clock or knows a web page: the practice's pages keep the
records and call these functions; the terminal and REST call the same.
"""
