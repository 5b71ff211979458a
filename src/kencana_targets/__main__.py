"""``python -m kencana_targets`` is the command line."""

from kencana_targets.cli.commands import main

main()
