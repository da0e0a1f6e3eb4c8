"""A fake Meta: the Cloud API, its webhooks and the customers' phones in one small process."""
