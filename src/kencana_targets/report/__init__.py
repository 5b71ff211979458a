"""What people see: labels, text, tables, figures."""
