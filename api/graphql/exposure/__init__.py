"""What hangs on whom: dependents, single points of failure, failure sets, concentration of risk."""
