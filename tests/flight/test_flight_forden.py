"""Maximum ranges published by Forden (Science & Global Security 15, 2007)."""

import pytest

from hoplon.earth import WGS84, WGS84_NOT_ROTATING, Site
from hoplon.flight import Stage, Vehicle
from hoplon.flight.reach import longest_flight

pytestmark = pytest.mark.compiled


def missile(dry, fuelled, isp, burn, diameter, payload):
    return Vehicle("m", (Stage(fuelled - dry, dry, burn, isp, isp, diameter),), payload, 3000.0, False)


SCUD_B = missile(1198, 4897, 230, 75, 0.84, 1000)
AL_HUSSEIN = missile(1334, 6073, 230, 90, 0.84, 191)
NODONG = missile(3900, 19900, 240, 70, 1.32, 1000)
NODONG_AS_PRINTED = missile(3900, 19900, 240, 70, 0.88, 1000)
LAUNCH = Site("launch", 36.0, 44.0)


@pytest.mark.parametrize(
    "vehicle, published_km, share",
    [
        # 2 %: another pitch-over, another air and an unknown latitude.
        (SCUD_B, 297.0, 0.02),  # without fins; 288 with, whose drag is not in the inputs
        (NODONG, 943.0, 0.02),  # with the true diameter
        # Discrepancies on record, not tuned away: +2.1 % for want of the tail's drag, +1.0 % with the
        # diameter that was printed and is known to be wrong.
        (AL_HUSSEIN, 693.0, 0.03),
        (NODONG_AS_PRINTED, 973.0, 0.03),
    ],
)
def test_published_range_on_an_earth_at_rest(vehicle, published_km, share):
    found = longest_flight(vehicle, LAUNCH, 40.0, planet=WGS84_NOT_ROTATING).range_km
    assert found == pytest.approx(published_km, rel=share)


def test_rotation_helps_to_the_north_east():
    # Computed elsewhere for latitude 33-40: 299, 717 and 1,000 km.
    for vehicle, range_km in ((SCUD_B, 299.0), (AL_HUSSEIN, 717.0), (NODONG_AS_PRINTED, 1000.0)):
        assert longest_flight(vehicle, LAUNCH, 40.0, planet=WGS84).range_km == pytest.approx(
            range_km, rel=0.01
        )
