"""What knows transport: HTTP, CDS Hooks, web pages, records."""
