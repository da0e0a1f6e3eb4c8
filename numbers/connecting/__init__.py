"""Connecting a number, step by step: look at each thing Meta needs, say what is wrong, mend what we can."""
