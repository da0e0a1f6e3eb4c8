"""How times are written in Portuguese where Django's own way is longer than a table has room for."""

DATETIME_FORMAT = "d/m/Y H:i"
