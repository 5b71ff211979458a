"""kencana-targets: every score can be defended."""
