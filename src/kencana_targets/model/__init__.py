"""The nouns: frozen, validated values without arithmetic or files."""
