"""Who signs in: people of a practice, by e-mail address. Patients have no account."""
