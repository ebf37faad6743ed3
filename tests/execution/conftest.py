import sys
from pathlib import Path

# Workers import the job from here, too: they are given the path of the process that starts them.
sys.path.insert(0, str(Path(__file__).parent))
