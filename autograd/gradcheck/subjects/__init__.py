"""What can be checked: the gradients that the engine computes, and gradients that come from elsewhere."""
