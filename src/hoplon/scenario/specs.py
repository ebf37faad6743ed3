"""The parts of a scenario: who, what, where, with names looked up and values cited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoplon.cited import Cited
from hoplon.scenario.entries import CatalogSite, TestRecordSpec


@dataclass(frozen=True, slots=True)
class Asset:
    """Ground that is defended.

    Attributes
    ----------
    name : str
    site : CatalogSite
    radius_km : float
        A predicted impact within this distance of the site counts as an attack on the asset.
    """

    name: str
    site: CatalogSite
    radius_km: float


@dataclass(frozen=True, slots=True)
class ThreatSpec:
    """One missile of the raid.

    Attributes
    ----------
    name : str
        Such as ``nodong-3``.
    missile : str
        Key of `Scenario.missiles`.
    launch, aim : CatalogSite
    apogee_km : float or None
        None for the minimum-energy trajectory.
    launch_s : float
        From scenario zero.
    parameter_set : str
        The set of missile values that flies.
    """

    name: str
    missile: str
    launch: CatalogSite
    aim: CatalogSite
    apogee_km: float | None
    launch_s: float
    parameter_set: str


@dataclass(frozen=True, slots=True)
class SensorSpec:
    """A radar at its place, or a satellite system.

    Attributes
    ----------
    name, type_id : str
        `type_id` is a key of `Scenario.radar_types` or of `Scenario.satellite_types`.
    site : CatalogSite or None
        None for satellites.
    nation : str
    azimuth_from_deg, azimuth_to_deg : float
        Sector clockwise from north; 0 and 360 for a radar that looks all around.
    stated_mask_angle_deg : float or None
        The mask where the scenario states one, else None.
    stated_mask : tuple of pairs
        Azimuth and elevation of the mask where the scenario states a table, else empty.
    search : str
        ``fence``, ``volume`` or ``cued``; empty for a radar that searches all that it can see at every look.
    search_frame_s, fence_height_deg : float or None
        Where the scenario states them, else None.
    clock_offset_s : float
        By which its clock is ahead.
    reports_false_alarms : bool
        Whether false alarms reach the tracker unconfirmed.
    """

    name: str
    type_id: str
    site: CatalogSite | None
    nation: str
    azimuth_from_deg: float
    azimuth_to_deg: float
    stated_mask_angle_deg: float | None = None
    stated_mask: tuple[tuple[float, float], ...] = ()
    search: str = ""
    search_frame_s: float | None = None
    fence_height_deg: float | None = None
    clock_offset_s: float = 0.0
    reports_false_alarms: bool = False

    @property
    def mask(self) -> float | tuple[tuple[float, float], ...]:
        """Terrain around the radar: one angle, or pairs of azimuth and elevation, in degrees."""
        if self.stated_mask_angle_deg is None:
            table = self.stated_mask or (self.site.mask if self.site is not None else ())
            if table:
                return table
        return self.mask_angle_deg

    @property
    def uses_mask_angle_of_site(self) -> bool:
        """Whether the one angle that the catalogue has of the site is what counts."""
        if self.site is None or self.stated_mask_angle_deg is not None:
            return False
        return not (self.stated_mask or self.site.mask)

    @property
    def mask_angle_deg(self) -> float:
        """Elevation of the terrain around the radar, as stated in the scenario or known of the site."""
        if self.stated_mask_angle_deg is not None:
            return self.stated_mask_angle_deg
        return self.site.mask_angle_deg if self.site is not None else 0.0


#: Cited fields of a link, and their keys in a scenario file.
LINK_KEYS = {"latency": "latency_s", "loss": "loss", "duplicates": "duplicates", "jitter": "jitter_s"}


@dataclass(frozen=True, slots=True)
class Link:
    """A connection of the network.

    Attributes
    ----------
    source, target : str
        A sensor, and the actor that decides.
    latency : Cited
        In seconds.
    carries : str
        ``detections``, or ``tracks`` of the sensor's own.
    permission : str
        ``national``: passes nothing between nations; ``allied`` and ``shared`` do.
    outages_s : tuple of pairs of float
        From and to when nothing passes, from the start of the battle.
    loss, duplicates : Cited or None
        Shares of messages that are lost, and that arrive twice; None for none.
    jitter : Cited or None
        Largest further delay of a message, in seconds.
    """

    source: str
    target: str
    latency: Cited
    carries: str = "detections"
    permission: str = "shared"
    outages_s: tuple[tuple[float, float], ...] = ()
    loss: Cited | None = None
    duplicates: Cited | None = None
    jitter: Cited | None = None

    @property
    def latency_s(self) -> float:
        """The best value of the latency."""
        return self.latency.best

    @property
    def cited(self) -> dict[str, Cited]:
        """The numbers that are stated, by the key under which a scenario states them."""
        found = {name: getattr(self, field) for field, name in LINK_KEYS.items()}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class BatterySpec:
    """A launcher with its interceptors.

    Attributes
    ----------
    name : str
    interceptor : str
        Key of `Scenario.interceptors`.
    site : CatalogSite
    cells, loaded : int
    nation : str
    launcher : str
        Of the catalogue, where the scenario names it; then a cell may hold more than one.
    fire_control : str
        ``own_radar``, ``launch_on_remote`` or ``engage_on_remote``.
    own_radar : str
        The sensor that is meant; empty where none is needed.
    """

    name: str
    interceptor: str
    site: CatalogSite
    cells: int
    loaded: int
    nation: str
    launcher: str = ""
    fire_control: str = "engage_on_remote"
    own_radar: str = ""


@dataclass(frozen=True, slots=True)
class ActorSpec:
    """Somebody who decides.

    Attributes
    ----------
    nation : str
    decision_time_s : Cited
        From a firm track with an impact prediction to the order.
    """

    nation: str
    decision_time_s: Cited


@dataclass(frozen=True, slots=True)
class DoctrineSpec:
    """How interceptors are fired.

    Attributes
    ----------
    name : str
        ``salvo`` or ``shoot_look_shoot``.
    salvo : int
        Interceptors fired at once.
    looks : bool
        Whether the outcome is awaited before more are fired at the same threat.
    source : str
    """

    name: str
    salvo: int
    looks: bool
    source: str


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """Who decides what, when, and by which rule.

    Attributes
    ----------
    actors : mapping of str to ActorSpec
    authority, rule : str
        `rule` is ``defend_assets`` or ``observe``.
    doctrine : DoctrineSpec
    test_records : mapping of str to TestRecordSpec
        The count that is believed, by interceptor.
    test_record_view, test_record_as_of : str
        How the counts were chosen: an empty view is each interceptor's own first one.
    public_alert_delay_s : Cited
        From the first satellite report or firm track, whichever comes first, to the public alert.
    """

    actors: Mapping[str, ActorSpec]
    authority: str
    rule: str
    doctrine: DoctrineSpec
    test_records: Mapping[str, TestRecordSpec]
    test_record_view: str
    test_record_as_of: str
    public_alert_delay_s: Cited


@dataclass(frozen=True, slots=True)
class PublishedMoment:
    """A moment as the public record has it.

    Attributes
    ----------
    what : str
    moment : str
        The computed moment to compare it with; empty for none.
    near : CatalogSite or None
        For a passage, the place that is passed.
    published_low_s, published_best_s, published_high_s : float
        From launch.
    mark, source : str
    """

    what: str
    moment: str
    near: CatalogSite | None
    published_low_s: float
    published_best_s: float
    published_high_s: float
    mark: str
    source: str
