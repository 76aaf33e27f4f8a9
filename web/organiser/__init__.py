"""The organisers' own pages of an event, opened by their signed link."""
