"""Runs reference cases made by other programs: `python -m validation.cases FOLDER`."""
