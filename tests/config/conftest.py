from tests.config.every_page import world

__all__ = ["world"]
