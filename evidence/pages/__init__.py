"""What each page is made from: a function `<page>_context` that returns the context of its template."""
