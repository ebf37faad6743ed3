"""A ballistic missile as open literature describes it: stages, masses, specific impulse, drag."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hoplon.errors import InputError

STANDARD_GRAVITY = 9.80665
SEA_LEVEL_PRESSURE = 101325.0

#: Drag coefficient of a generic slender rocket against Mach number, on the body's cross-section
#: (Forden, Science & Global Security 15, 2007).
FORDEN_DRAG_MACH = (0.0, 0.85, 1.0, 1.2, 2.0, 4.5)
FORDEN_DRAG_CD = (0.20, 0.20, 0.27, 0.27, 0.20, 0.20)


def _positive(value: float, key: str, where: str, *, zero: bool = False) -> None:
    if not math.isfinite(value) or value < 0.0 or (value == 0.0 and not zero):
        kind = "a finite number that is not negative" if zero else "a finite positive number"
        raise InputError(f"{key} is {value:g}", where=where, remedy=f"Give {kind}.")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes
    ----------
    propellant_kg : float
        Propellant burnt at constant flow over `burn_time_s`.
    dry_kg : float
        Mass that is dropped with the stage.
    burn_time_s : float
        Burn time.
    isp_sl_s, isp_vac_s : float
        Specific impulse at sea level and in vacuum. Between them thrust falls linearly with air pressure.
    diameter_m : float
        Body diameter; its circle is the reference area of the drag table while this stage is the lowest.
    coast_after_s : float
        Time between burnout of this stage and ignition of the next. The dry stage drops at burnout.

    Raises
    ------
    InputError
        If a value is not positive, or the vacuum impulse is below the one at sea level.
    """

    propellant_kg: float
    dry_kg: float
    burn_time_s: float
    isp_sl_s: float
    isp_vac_s: float
    diameter_m: float
    coast_after_s: float = 0.0

    def __post_init__(self) -> None:
        for key in ("propellant_kg", "burn_time_s", "isp_sl_s", "isp_vac_s", "diameter_m"):
            _positive(getattr(self, key), key, "stage")
        _positive(self.dry_kg, "dry_kg", "stage", zero=True)
        _positive(self.coast_after_s, "coast_after_s", "stage", zero=True)
        if self.isp_vac_s < self.isp_sl_s:
            raise InputError(
                f"isp_vac_s {self.isp_vac_s:g} is below isp_sl_s {self.isp_sl_s:g}",
                where="stage",
                remedy="An engine gives more in vacuum than at sea level: check the two values.",
            )

    @property
    def flow_kg_s(self) -> float:
        """Propellant flow."""
        return self.propellant_kg / self.burn_time_s

    @property
    def thrust_vac_n(self) -> float:
        """Thrust in vacuum."""
        return self.flow_kg_s * STANDARD_GRAVITY * self.isp_vac_s

    @property
    def thrust_sl_n(self) -> float:
        """Thrust at sea level."""
        return self.flow_kg_s * STANDARD_GRAVITY * self.isp_sl_s

    @property
    def area_m2(self) -> float:
        """Cross-section of the body."""
        return math.pi * self.diameter_m**2 / 4.0


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A missile: its stages in the order of burning, and what they carry.

    Attributes
    ----------
    name : str
        What it is called in results.
    stages : tuple of Stage
        First stage first.
    payload_kg : float
        Mass that flies on after the last stage.
    reentry_ballistic_coefficient_kg_m2 : float
        Mass over drag area of the re-entry body, constant; used from separation on.
    separates : bool
        Whether the re-entry body leaves the last stage at burnout. If not, the burnt-out body falls as one,
        nose first, with the drag table: real ones tumble and break up.
    drag_mach, drag_cd : tuple of float
        Drag coefficient against Mach number at zero incidence; linear between, constant beyond.

    Raises
    ------
    InputError
        If there is no stage, a value is not positive, the Mach numbers do not rise, or the thrust cannot
        lift the missile off the ground.
    """

    name: str
    stages: tuple[Stage, ...]
    payload_kg: float
    reentry_ballistic_coefficient_kg_m2: float
    separates: bool
    drag_mach: tuple[float, ...] = FORDEN_DRAG_MACH
    drag_cd: tuple[float, ...] = FORDEN_DRAG_CD

    def __post_init__(self) -> None:
        where = f"missile '{self.name}'"
        object.__setattr__(self, "stages", tuple(self.stages))
        object.__setattr__(self, "drag_mach", tuple(float(m) for m in self.drag_mach))
        object.__setattr__(self, "drag_cd", tuple(float(c) for c in self.drag_cd))
        if not self.stages:
            raise InputError("no stage", where=where, remedy="Give at least one stage.")
        _positive(self.payload_kg, "payload_kg", where)
        _positive(self.reentry_ballistic_coefficient_kg_m2, "reentry_ballistic_coefficient_kg_m2", where)
        for value in self.drag_cd:
            _positive(value, "drag_cd", where, zero=True)
        rising = all(a < b for a, b in zip(self.drag_mach, self.drag_mach[1:], strict=False))
        if len(self.drag_mach) < 2 or len(self.drag_mach) != len(self.drag_cd) or not rising:
            raise InputError(
                "drag_mach and drag_cd are not a table",
                where=where,
                remedy="Give at least two rising Mach numbers and as many coefficients.",
            )
        weight = self.launch_mass_kg * STANDARD_GRAVITY
        thrust = self.stages[0].thrust_sl_n
        if thrust <= weight:
            raise InputError(
                f"sea-level thrust {thrust / 1e3:.1f} kN does not lift {weight / 1e3:.1f} kN",
                where=where,
                remedy="Check propellant_kg, dry_kg, burn_time_s and isp_sl_s.",
            )

    @property
    def launch_mass_kg(self) -> float:
        """Mass at lift-off."""
        return self.payload_kg + sum(s.propellant_kg + s.dry_kg for s in self.stages)

    @property
    def powered_time_s(self) -> float:
        """Sum of the burn times, without coasts."""
        return sum(s.burn_time_s for s in self.stages)

    def ideal_speed_m_s(self, burn_fraction: float = 1.0) -> float:
        """Speed that the rocket equation gives in vacuum, without gravity.

        Parameters
        ----------
        burn_fraction : float
            Share of the powered time after which thrust ends.

        Returns
        -------
        float
            m/s.
        """
        left = burn_fraction * self.powered_time_s
        mass = self.launch_mass_kg
        speed = 0.0
        for stage in self.stages:
            burn = min(left, stage.burn_time_s)
            after = mass - burn * stage.flow_kg_s
            speed += STANDARD_GRAVITY * stage.isp_vac_s * math.log(mass / after)
            mass -= stage.propellant_kg + stage.dry_kg
            left -= burn
            if left <= 0.0:
                break
        return speed
