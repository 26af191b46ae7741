"""Published collections, read from small files made here in the published form."""
