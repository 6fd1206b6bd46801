"""One module per page; each handler runs inside `console.guard`."""
