"""The parts of a scenario: who, what, where, with names looked up and values cited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hoplon.cited import Cited
from hoplon.command.authority import arrange
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
    value : float
        What it is worth, in the scenario's own measure.
    """

    name: str
    site: CatalogSite
    radius_km: float
    value: float = 1.0


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
        A sensor, and the actor whose picture it feeds; or two actors, who speak over it both ways.
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
    layer : int or None
        Where the scenario states it: 1 the uppermost.
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
    layer: int | None = None
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
        From a firm track with an impact prediction to the order; for those who are asked, from when they hear
        of it and see the track to their word.
    needs_consent_of : tuple of str
        Actors without whose consent its word does not count.
    must_consent_to : str
        ``engage``, or ``use_of_its_data``: it is asked only where a radar of its nation has fed the track.
    silent_after_s : float or None
        So long after it was asked it counts as silent; None for never.
    silent_then : str
        What its silence is taken for: ``refuse`` or ``assume_consent``.
    """

    nation: str
    decision_time_s: Cited
    needs_consent_of: tuple[str, ...] = ()
    must_consent_to: str = "engage"
    silent_after_s: float | None = None
    silent_then: str = "refuse"


@dataclass(frozen=True, slots=True)
class DoctrineSpec:
    """How interceptors are fired.

    Attributes
    ----------
    name : str
        Of the catalogue, or of a plug-in.
    options : mapping of str to bool, int, float or str
        What it is told, such as ``salvo``: interceptors fired at once.
    looks : bool or None
        Whether the outcome is awaited before more are fired at the same threat; None where the catalogue
        does not know the doctrine.
    source : str
    """

    name: str
    options: Mapping[str, bool | int | float | str]
    looks: bool | None
    source: str


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """Who decides what, when, and by which rule.

    Attributes
    ----------
    actors : mapping of str to ActorSpec
        The first is the scenario's own: its picture is what is shot by.
    authority, rule : str
        `authority` is one of `hoplon.command.authority.Form`; `rule` is ``defend_assets`` or ``observe``.
    doctrine : DoctrineSpec
    test_records : mapping of str to TestRecordSpec
        The count that is believed, by interceptor.
    test_record_view, test_record_as_of : str
        How the counts were chosen: an empty view is each interceptor's own first one.
    public_alert_delay_s : Cited
        From the first satellite report or firm track, whichever comes first, to the public alert.
    test_record_views : mapping of str to str
        By interceptor, where the scenario chooses for some of them by themselves.
    single_shot_kill_probability : mapping of str to Cited
        By interceptor, where the scenario states it instead of believing a count.
    track_probability, discrimination_probability : Cited or None
        Common to all shots at a threat; None for 1.
    kill_assessment_false_dead, kill_assessment_false_alive : Cited or None
        How often a look at what lives says dead, and at what is dead alive; None for never.
    predelegated_after_s : float or None
        So long after the first verdict to engage, fire is free by standing order; None for never.
    weapon_assignment : str
        ``first_come``: each track in turn gets what the doctrine wants; ``planned``: one plan over all.
    """

    actors: Mapping[str, ActorSpec]
    authority: str
    rule: str
    doctrine: DoctrineSpec
    test_records: Mapping[str, TestRecordSpec]
    test_record_view: str
    test_record_as_of: str
    public_alert_delay_s: Cited
    test_record_views: Mapping[str, str] = field(default_factory=dict)
    single_shot_kill_probability: Mapping[str, Cited] = field(default_factory=dict)
    track_probability: Cited | None = None
    discrimination_probability: Cited | None = None
    kill_assessment_false_dead: Cited | None = None
    kill_assessment_false_alive: Cited | None = None
    predelegated_after_s: float | None = None
    weapon_assignment: str = "first_come"

    @property
    def post(self) -> str:
        """Name of the scenario's own actor."""
        return next(iter(self.actors))

    @property
    def own_nation(self) -> str:
        """The nation of the scenario's own actor."""
        return self.actors[self.post].nation

    def arranged(self) -> tuple[str, dict[str, tuple[str, ...]]]:
        """Return who decides first, and who of those that have a say asks whom."""
        return arrange(
            self.authority,
            {name: actor.nation for name, actor in self.actors.items()},
            {name: actor.needs_consent_of for name, actor in self.actors.items()},
        )


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
