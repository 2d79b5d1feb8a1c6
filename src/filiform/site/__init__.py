"""The web pages: a Django project over the library, which knows nothing of it."""
