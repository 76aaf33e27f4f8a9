"""One file for each question about speed or memory; ``python -m benchmarks`` answers them."""
