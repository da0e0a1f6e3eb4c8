"""How fast, on this machine: load and servers share its cores, so figures compare only with each other."""
