"""What the services need from the outside, said in the words of the trade."""
