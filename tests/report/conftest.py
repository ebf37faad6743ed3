import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "result"))

import pytest
from made_up_study import made_up_study


@pytest.fixture(scope="session")
def study():
    return made_up_study()
