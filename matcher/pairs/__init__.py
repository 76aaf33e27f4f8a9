"""One need, many offers, and back: filters, candidates, relevance, usefulness, reasons."""
