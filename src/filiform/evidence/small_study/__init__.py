"""Small-study effects: do small studies show other effects than large ones, and why?"""
