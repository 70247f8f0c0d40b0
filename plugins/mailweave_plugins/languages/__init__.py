"""Template languages. One file is one language; the others are its parts."""
