"""What stands between a learner's Python and the process it runs in. Learners do not import this package."""
