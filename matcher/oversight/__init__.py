"""What the animator of the territory looks after: checks, the basket of needs, duplicates, the funnel, who did what."""
