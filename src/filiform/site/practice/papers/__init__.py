"""Papers: what is printed for the person, the doctor and the insurer, as accessible PDF."""
