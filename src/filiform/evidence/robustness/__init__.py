"""How much the answer hangs on single studies, and on their order."""
