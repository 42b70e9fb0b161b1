"""What comes in: the bodies of acts and the queries of questions, a file a noun."""
