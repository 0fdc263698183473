"""What is wrong with the terms of credits, before or whatever fails: a file a kind of fault."""
