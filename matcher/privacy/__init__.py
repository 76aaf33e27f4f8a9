"""What is owed to the people behind the data: a copy, deletion, an end of keeping, keys that change."""
