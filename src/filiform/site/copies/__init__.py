"""Copies of the records: the whole database as one file, and back.

A copy is the same for every database, so that what SQLite held can go on in PostgreSQL.
"""
