"""Teams of a hackathon: forming them, showing why, publishing them."""
