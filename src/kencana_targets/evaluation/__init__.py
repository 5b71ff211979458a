"""Plan and actuals into a scorecard, and what follows from it."""
