"""What open sources say about an interceptor: the whole parameter set of its fly-out."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from hoplon.errors import InputError

STANDARD_GRAVITY_M_S2 = 9.80665


@dataclass(frozen=True, slots=True)
class Interceptor:
    """An interceptor as open sources describe it: by what it reaches, not by how it is built.

    Attributes
    ----------
    name : str
    burnout_speed_m_s : float
        Ideal speed at the end of powered flight, without gravity and drag, as outside analysts quote it.
    boost_time_s : float
        Powered flight of all stages together.
    minimum_altitude_m, maximum_altitude_m : float
        Lowest and highest altitude of an intercept above the ellipsoid. Outside them there is no intercept,
        whatever the fly-out would reach.
    maximum_range_m : float
        Longest ground distance from the launch site to the point below the intercept.
    launch_interval_s : float
        Least time between two launches from one site.
    preparation_s : float
        From the order to the first motion.
    handover_basket_m : float
        How far the target may be from the predicted intercept point and still be reached by the kill vehicle.
    ballistic_coefficient_kg_m2 : float
        Mass over drag coefficient and reference area, one value for the whole flight. Assumed, since open
        sources give none: launch masses of 300-1,500 kg, bodies of 0.25-0.53 m and a drag coefficient of 0.3
        give 19-33 t/m2, and most of the drag is felt in the first third of the boost. From 10 to 40 t/m2 the
        speed at burnout changes by 6-8 %, for a THAAD, which burns out within the air, by 18 %.

    Raises
    ------
    InputError
        For a value that is not finite or not positive, for altitudes in the wrong order, and where the mean
        acceleration would not lift the interceptor off its launcher.
    """

    name: str
    burnout_speed_m_s: float
    boost_time_s: float
    minimum_altitude_m: float
    maximum_altitude_m: float
    maximum_range_m: float
    launch_interval_s: float
    preparation_s: float
    handover_basket_m: float
    ballistic_coefficient_kg_m2: float = 20_000.0

    def __post_init__(self) -> None:
        may_be_zero = ("minimum_altitude_m", "launch_interval_s", "preparation_s", "handover_basket_m")
        for item in fields(self):
            if item.name == "name":
                continue
            value = getattr(self, item.name)
            if not math.isfinite(value) or value < 0.0 or (value == 0.0 and item.name not in may_be_zero):
                raise InputError(
                    f"{item.name} is {value:g}", where=self.name, remedy="Write a finite positive number."
                )
        if self.minimum_altitude_m >= self.maximum_altitude_m:
            raise InputError(
                f"minimum_altitude_m {self.minimum_altitude_m:g} is not below "
                f"maximum_altitude_m {self.maximum_altitude_m:g}",
                where=self.name,
                remedy="Write the lower altitude as the minimum.",
            )
        if self.burnout_speed_m_s <= 1.2 * STANDARD_GRAVITY_M_S2 * self.boost_time_s:
            raise InputError(
                f"{self.burnout_speed_m_s:g} m/s in {self.boost_time_s:g} s does not lift off: the mean "
                f"acceleration is {self.burnout_speed_m_s / self.boost_time_s:.1f} m/s2",
                where=self.name,
                remedy="Check the units: burnout_speed_m_s is in m/s, boost_time_s in s.",
            )
