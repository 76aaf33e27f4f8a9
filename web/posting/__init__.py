"""Writing a need or an offer: forms, coach, publication; shared by both sides."""
