"""A defence as kernels of maps want it: made once, used for every cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.command.doctrine import Situation
from hoplon.command.shot_book import ShotBook
from hoplon.coverage import _kernels_follow as follow
from hoplon.coverage import _kernels_meetings as meet
from hoplon.coverage import _kernels_play as play
from hoplon.coverage import _kernels_verdict as verdict
from hoplon.coverage._kernels_verdict import Arms, Beliefs
from hoplon.engagement.expected_fires import kill_nodes
from hoplon.engagement.fires import HANDOVER_S
from hoplon.engagement.picture import PATH_STEP_S
from hoplon.engagement.prepared import CLOCK_STEP_S, Prepared
from hoplon.engagement.recorder import OUT_OF_VIEW_S
from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_RARELY_S, ASSESS_SOON_S, WIDEST_ELLIPSE_KM
from hoplon.interceptor._kernels_meeting import SETUP
from hoplon.interceptor.fire_control import arguments
from hoplon.interceptor.remote import FireControl
from hoplon.track._kernels_association import NEW_COST
from hoplon.track.impact import CHI_SQUARE_95, DRAG_SHARE, DRAG_SIGMA

Array = NDArray[np.float64]

#: Within so many standard deviations (of all three directions together) an error is certain to lie, to 1e-4.
CERTAIN = 4.5
_MODES = {
    FireControl.OWN_RADAR: play.OWN_RADAR,
    FireControl.LAUNCH_ON_REMOTE: play.LAUNCH_ON_REMOTE,
    FireControl.ENGAGE_ON_REMOTE: play.ENGAGE_ON_REMOTE,
}
#: Larger stocks make too large a table of what the doctrine says.
_MOST_LOADED = 1000


class Defence:
    """Arrays of one defence.

    Parameters
    ----------
    world : Prepared

    Attributes
    ----------
    settings : TrackerSettings
    planet, noise, limits, life : array
        The tracker's beliefs and limits.
    radars, sites, rotations : array
        See `hoplon.coverage._kernels_follow`.
    batteries, kill, rules, doctrine : array
        See `hoplon.coverage._kernels_play`; `doctrine` is filled as it is asked.
    setups, of_type, types, tables, families : array
        See `hoplon.coverage._kernels_meetings`.
    """

    def __init__(self, world: Prepared) -> None:
        self.world = world
        self.settings = world.tracker_settings
        self.planet = self.settings.planet.as_array()
        self.noise, self.life = self.settings.noise_array(), self.settings.life_array()
        self.limits = self.settings.limits_array()
        self.limits[NEW_COST] = self.settings.alone_cost
        self.radars = np.array(
            [(radar.mature_every, radar.mature_after_s, radar.clock_offset_s) for radar in world.radars],
            dtype=np.float64,
        ).reshape(len(world.radars), follow.RADAR_FIELDS)
        self.sites = np.array([radar.site.r_ecef_m for radar in world.radars]).reshape(-1, 3)
        self.rotations = np.array([radar.site.enu_from_ecef for radar in world.radars]).reshape(-1, 3, 3)
        case = np.zeros(follow.CASE_FIELDS)
        case[follow.CLOCK], case[follow.LAG] = CLOCK_STEP_S, world.lag_s
        case[follow.WIDEST] = 1e3 * WIDEST_ELLIPSE_KM
        case[follow.BELIEVED] = world.believed_ballistic_coefficient_kg_m2
        case[follow.DRAG_SHARE], case[follow.DRAG_VARIANCE] = DRAG_SHARE, DRAG_SIGMA**2
        case[follow.CHI_SQUARE] = CHI_SQUARE_95
        self._case = case
        self._arm(world)
        self._path = np.empty((verdict.PATH_ROWS, meet.PATH_FIELDS))
        self._rows = np.empty((verdict.ROWS_EACH * max(len(world.batteries), 1), meet.MEETING_FIELDS))

    def _arm(self, world: Prepared) -> None:
        kinds: dict[int, int] = {}
        families: list[Array] = []
        tables: list[Array] = []
        types, of_type, setups = [], [], []
        for battery in world.batteries:
            where = battery.table, battery.interceptor, battery.site
            family, table, setup, _ = arguments(*where, np.zeros(1), np.zeros((1, 3)))
            setups.append(setup)
            if id(battery.table) not in kinds:
                kinds[id(battery.table)] = len(kinds)
                begins = sum(part.size for part in families), sum(part.size for part in tables)
                types.append((begins[0], *family.shape, begins[1], *table.shape))
                families.append(family.ravel())
                tables.append(table.ravel())
            of_type.append(kinds[id(battery.table)])
        self.setups = np.array(setups).reshape(len(setups), SETUP)
        self.of_type = np.array(of_type, dtype=np.int64)
        self.types = np.array(types, dtype=np.int64).reshape(len(types), meet.TYPE_FIELDS)
        self.tables = np.concatenate(tables) if tables else np.empty(0)
        self.families = np.concatenate(families) if families else np.empty(0)
        nodes = kill_nodes(world, None)
        names = list(nodes)
        self.kill = np.array([nodes[name] for name in names]) if names else np.ones((1, 1))
        self.batteries = np.array(
            [
                (
                    battery.loaded,
                    battery.interceptor.launch_interval_s,
                    battery.layer,
                    battery.interceptor.preparation_s,
                    _MODES[battery.fire_control],
                    battery.own_radar,
                    battery.interceptor.handover_basket_m,
                    names.index(battery.interceptor_type),
                    battery.assessment.delay_s,
                    battery.assessment.false_dead,
                    battery.assessment.false_alive,
                )
                for battery in world.batteries
            ],
            dtype=np.float64,
        ).reshape(len(world.batteries), play.BATTERY_FIELDS)
        self._loaded = sum(battery.loaded for battery in world.batteries)
        self.rules = np.array(
            [
                world.common.probability,
                ASSESS_SOON_S,
                ASSESS_LATER_S,
                ASSESS_RARELY_S,
                HANDOVER_S,
                OUT_OF_VIEW_S,
                PATH_STEP_S,
                CERTAIN,
            ]
        )
        layers = max((battery.layer for battery in world.batteries), default=0) + 1
        most = play.MOST_SHOTS + 1
        self.plays = self._loaded <= _MOST_LOADED
        stock = self._loaded + 1 if self.plays else 1
        self.doctrine = np.full((layers, 2, most, most, stock), -1, dtype=np.int16)

    def ask_doctrine(self, ask: NDArray[np.int64]) -> None:
        """Write down what the doctrine says of a situation.

        Parameters
        ----------
        ask : array of int64, shape (5,)
            Layer, whether a lower one can reach, fired, looked at, stock.
        """
        layer, lower, fired, looked, stock = (int(value) for value in ask)
        around = Situation(
            stock=stock,
            loaded=self._loaded,
            place=0,
            value=self.world.defended[0].value,
            layer=layer,
            lower_layer_can_reach=bool(lower),
        )
        wanted = self.world.doctrine.shots_now(ShotBook(fired=fired, looked=looked).state(around))
        self.doctrine[layer, lower, fired, looked, stock] = min(max(wanted, 0), play.MOST_SHOTS)

    @property
    def beliefs(self) -> Beliefs:
        """For kernels."""
        tracker = self.planet, self.noise, self.limits, self.life
        return Beliefs(self.radars, self.sites, self.rotations, *tracker)

    @property
    def arms(self) -> Arms:
        """For kernels."""
        reach = self.setups, self.of_type, self.types, self.tables, self.families
        return Arms(self.batteries, self.kill, self.rules, *reach, self.doctrine)

    def cases(self, end_s: Array, report_s: Array, ground_ecef_m: Array, radius_km: float) -> Array:
        """Return what many cases add to the beliefs of all.

        Parameters
        ----------
        end_s : array, shape (flights,)
            Impact.
        report_s : array, shape (flights, pictures)
            When a report cues the radars; infinity for never.
        ground_ecef_m : array, shape (flights, 3)
        radius_km : float
            Of the ground.

        Returns
        -------
        array, shape (flights, pictures, CASE_FIELDS)
        """
        cases = np.tile(self._case, (*report_s.shape, 1))
        cases[..., follow.REPORT] = report_s
        cases[..., follow.END] = end_s[:, None]
        cases[..., follow.RADIUS] = 1e3 * radius_km
        cases[..., follow.GROUND : follow.GROUND + 3] = ground_ecef_m[:, None]
        return cases

    def path(self, nodes: Array, from_s: float) -> Array:
        """Return the samples of a flight from a time on (`hoplon.coverage._kernels_meetings.path_into`).

        Parameters
        ----------
        nodes : array
            Of the flight.
        from_s : float

        Returns
        -------
        array, shape (n, PATH_FIELDS)
        """
        return self._path[: meet.path_into(self._path, nodes, from_s, PATH_STEP_S)].copy()

    def meetings(self, path: Array) -> tuple[Array, NDArray[np.int64], NDArray[np.int64], float, float]:
        """Return all meetings with a path (`hoplon.coverage._kernels_meetings.launches_of_all`).

        Parameters
        ----------
        path : array

        Returns
        -------
        rows : array
        begins, codes : array of int64
        last_launch_s, last_s : float
        """
        count = len(self.batteries)
        begins, codes = np.empty(count + 1, dtype=np.int64), np.empty(count, dtype=np.int64)
        last = meet.launches_of_all(
            self._rows, begins, codes, path, self.setups, self.of_type, self.types, self.tables
        )
        return self._rows[: begins[count]].copy(), begins, codes, *last


#: Of the world that was asked for last: a map asks for one.
_LAST: list[Defence] = []


def defence_of(world: Prepared) -> Defence:
    """Return the arrays of a world, the same ones as long as no other is asked for.

    Parameters
    ----------
    world : Prepared

    Returns
    -------
    Defence
    """
    if not (_LAST and _LAST[0].world is world):
        _LAST[:] = [Defence(world)]
    return _LAST[0]
