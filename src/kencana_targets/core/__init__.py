"""What every room stands on: errors and places, closed lists, columns, frames, checks, display."""
