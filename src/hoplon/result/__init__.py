"""What comes out: records of battles, studies, their files. Imports no simulation."""
