"""What the service knows and decides. No Flask, no torch, no FAISS below this package."""
