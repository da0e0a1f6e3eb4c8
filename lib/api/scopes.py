"""For whom a view is open, where that is not a resource that tokens are given rights to."""

PUBLIC = "public"
"""What needs no credentials."""
SIGNED_IN = "signed-in"
"""What any credentials open."""
PEOPLE = "people"
"""What a person's sign-in opens and a machine's token does not."""
