"""What every resource of the API shares; knows no model."""
