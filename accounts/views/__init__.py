"""The pages of coming in and going out, and each person's own."""
