"""After the work: projects of teams, marks of the jury, results, and what becomes of each challenge."""
