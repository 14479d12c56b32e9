"""The site around the pages: it renders what the tooling reads, and proves nothing by itself."""
