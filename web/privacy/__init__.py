"""Everything that is kept about somebody, for them: to see, to take along, to delete."""
