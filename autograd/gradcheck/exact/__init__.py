"""What can be tested exactly, without numerical derivatives: inputs, repetition, memory, linearity."""
