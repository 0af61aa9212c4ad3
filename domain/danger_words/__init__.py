"""The lexicon of mortal danger: signs, what is around them, ideas, and what each of them weighs."""
