"""What is attached to records is made harmless before it is kept: photos are drawn anew, PDFs looked through."""
