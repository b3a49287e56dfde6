"""What tests of every operation stand on."""

import pytest
from proof.isolation.ground import Ground, Login


@pytest.fixture
async def ground(postgres, database):
    """The small known world with one of everything in each business."""
    ground = await Ground.laid(Login(postgres, database))
    yield ground
    await ground.close()
