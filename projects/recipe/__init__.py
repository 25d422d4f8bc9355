"""What the recipe that predicts a teacher's features directly is worth, and costs."""
