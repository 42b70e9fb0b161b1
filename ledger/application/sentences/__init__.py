"""What is said in whole sentences of more than one fact: the forecast, the public summary."""
