"""Facts shipped with the library, each with its source; loaded on first use."""
