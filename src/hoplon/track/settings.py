"""What the tracker assumes before it has seen anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """Beliefs and limits of a tracker.

    None of them is published for any real system: they are chosen so that the stated accuracy of tracks is
    honest over the missiles of the catalogue, and can be set otherwise. Free flight has hardly any noise,
    because flights here feel no other gravity than the tracker's; that of the real Earth departs from it by
    some 1e-4 m/s², for which 0.001 m/s per square root of second would be honest. So with drag: vehicles here
    keep their ballistic coefficient, in standard air, and what is left is what the tracker's own steps of
    integration miss: up to 0.3 % of the drag between two looks at the upper edge of the air, 0.01 % deeper in
    it. Where neither is so, a drag error of 0.07 is more honest.

    Attributes
    ----------
    ballistic_coefficient_kg_m2 : float
        What the defence believes of the object that re-enters (mass over drag coefficient times area).
    log_beta_sigma : float
        Standard deviation of the logarithm of this belief: 0.35 is a factor of 2 at two of them. A track
        learns the rest in the air.
    drag_error_fraction, drag_error_time_s : float
        By what fraction drag changes in which time against the law of a constant ballistic coefficient in
        standard air, as a random walk: the air's own departures, and a drag coefficient that changes with
        speed.
    free_flight_noise_m_s15 : float
        White acceleration in free flight, m/s per square root of second.
    jerk_along_m_s25, jerk_across_m_s25 : float
        Random walk of the thrust acceleration along and across the velocity, m/s² per square root of second.
    speed_sigma_m_s : float
        Prior standard deviation, per axis, of a new track's velocity.
    thrust_m_s2, thrust_sigma_m_s2 : float
        Prior mean and standard deviation of a rocket's thrust acceleration along its velocity when radars
        first see it. Assumed: those of the catalogue that threaten Japan have 50 to 85 m/s² ten seconds
        before the end of their burn and 61 to 110 at its end.
    gate : float
        Largest squared Mahalanobis distance (3 degrees of freedom) of a detection from its track.
    new_object_cost : float
        Minus twice the logarithm of the density of new objects, per m rad²: a detection that fits a track
        worse is a new object.
    confirm_hits : int
        Detections that make a track firm.
    confirm_window_s : float
        Within this time of the first one; else the track is dropped.
    tentative_drop_s, boost_drop_s, firm_drop_s : float
        Silence after which a track is dropped: not yet firm; firm but under thrust, when nobody can say where
        it goes; firm and in free flight.
    switch_log_odds : float
        Logarithm of the odds against thrust at which a track is taken to be in free flight.
    switch_hold_s : float
        Shortest time over which these odds must have grown.
    boost_limit_s : float
        After this time from its first detection a track is taken to be in free flight anyway.
    maximum_lag_s : float
        A detection that is older than a track's state by more than this does not go to it.
    scan_s : float
        Detections of one sensor within this time are of different objects.
    clutter_density_per_m_rad2 : float
        False detections of one scan per metre of range and square radian of azimuth and elevation. Where
        there are some, a detection must fit a track better than chance, and a track is firm only once its
        detections are together likelier than false ones by `confirm_score`.
    confirm_score : float
        Logarithm of the odds, an object against false detections, that a track must gain to be firm; not
        asked for where there is no clutter.
    reacquire_s : float
        For so long after a firm track was dropped in silence its number is given to a new track where it must
        be by now.
    planet : Planet
    """

    ballistic_coefficient_kg_m2: float = 2000.0
    log_beta_sigma: float = 0.35
    drag_error_fraction: float = 0.003
    drag_error_time_s: float = 10.0
    free_flight_noise_m_s15: float = 1e-5
    jerk_along_m_s25: float = 8.0
    jerk_across_m_s25: float = 4.0
    speed_sigma_m_s: float = 3000.0
    thrust_m_s2: float = 75.0
    thrust_sigma_m_s2: float = 15.0
    gate: float = 30.0
    new_object_cost: float = 25.0
    confirm_hits: int = 3
    confirm_window_s: float = 20.0
    tentative_drop_s: float = 10.0
    boost_drop_s: float = 15.0
    firm_drop_s: float = 120.0
    switch_log_odds: float = 7.0
    switch_hold_s: float = 3.0
    boost_limit_s: float = 300.0
    maximum_lag_s: float = 15.0
    scan_s: float = 0.3
    clutter_density_per_m_rad2: float = 0.0
    confirm_score: float = 20.0
    reacquire_s: float = 120.0
    planet: Planet = WGS84

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if name == "planet" or (name == "clutter_density_per_m_rad2" and value == 0.0):
                continue
            if not (value > 0.0 and np.isfinite(value)):
                raise InputError(
                    f"{name} is {value}", where="tracker settings", remedy="Give a number above zero."
                )

    def noise_array(self) -> NDArray[np.float64]:
        """Return the process noise in the order that kernels know."""
        return np.array(
            [
                self.free_flight_noise_m_s15**2,
                self.drag_error_fraction,
                self.drag_error_time_s,
                self.jerk_along_m_s25**2,
                self.jerk_across_m_s25**2,
            ]
        )

    def limits_array(self) -> NDArray[np.float64]:
        """Return gates, limits and priors in the order that kernels know."""
        return np.array(
            [
                self.gate,
                self.new_object_cost,
                self.confirm_hits,
                self.confirm_window_s,
                self.tentative_drop_s,
                self.firm_drop_s,
                self.switch_log_odds,
                self.switch_hold_s,
                self.maximum_lag_s,
                self.scan_s,
                self.boost_limit_s,
                self.speed_sigma_m_s,
                self.thrust_sigma_m_s2,
                self.boost_drop_s,
                self.log_beta_sigma,
                self.thrust_m_s2,
            ],
            dtype=np.float64,
        )

    @property
    def alone_cost(self) -> float:
        """Cost of a detection that belongs to no track: it is a new object or, where there are any, false."""
        if self.clutter_density_per_m_rad2 == 0.0:
            return self.new_object_cost
        false = self.clutter_density_per_m_rad2 * (2.0 * np.pi) ** 1.5
        return float(-2.0 * np.log(false + np.exp(-0.5 * self.new_object_cost)))

    def life_array(self) -> NDArray[np.float64]:
        """Return what makes tracks firm and brings them back, in the order that kernels know."""
        score = self.confirm_score if self.clutter_density_per_m_rad2 > 0.0 else 0.0
        return np.array([score, self.reacquire_s])
