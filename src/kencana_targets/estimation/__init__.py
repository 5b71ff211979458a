"""Family records into actuals, with design-based standard errors."""
