"""Published tables into verdicts: which formula and rounding give each printed figure."""
