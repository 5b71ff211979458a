"""The door: the only code that opens files."""
