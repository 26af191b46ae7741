"""The laboratory beside the window: several trainings at once, that differ in one thing."""
