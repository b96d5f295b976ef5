"""Inside the learner, for students: its quantities, one update in numbers, fixed positions then and now."""
