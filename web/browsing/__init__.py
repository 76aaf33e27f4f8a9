"""What needs and offers have in common when they are read: lists, pages, proposals, exports."""
