"""What a request to the API is let in with; each kind of token is one module."""
