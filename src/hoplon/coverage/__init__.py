"""Maps: what can be seen, defended, denied and warned, cell by cell."""
