"""The webhook as a tutorial would write it: a Django view that does everything before it answers."""
