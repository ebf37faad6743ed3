import pytest
from made_up_study import made_up_study


@pytest.fixture(scope="session")
def study():
    return made_up_study()
