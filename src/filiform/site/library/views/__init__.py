"""The pages of the library, a module a subject."""
