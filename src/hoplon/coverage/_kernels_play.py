"""The shots at one missile, from the tick at which fire is free: bare floats and arrays.

The same as `hoplon.coverage.shots.Engagement` plays, for a track that is not lost and found again. What a
kernel cannot know, it asks for: what the doctrine says of a situation that it has not been asked about yet,
and the probability of a handover that is neither certain nor out of the question. The caller writes the
answer down and plays again.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.coverage._kernels_follow import CLOCK, END
from hoplon.coverage._kernels_known import basket_at, holds, known_until
from hoplon.coverage._kernels_meetings import first_meeting

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Fields of a battery.
LOADED, INTERVAL, LAYER, PREPARE, MODE, OWN, BASKET, KIND, DELAY, FALSE_DEAD, FALSE_ALIVE, BATTERY_FIELDS = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
)  # fmt: skip
#: Modes of fire control.
OWN_RADAR, LAUNCH_ON_REMOTE, ENGAGE_ON_REMOTE = 0.0, 1.0, 2.0
#: Fields of the rules of play: probability that what shots have in common works; soon, later and rarely, s;
#: time of the handover before the intercept; time for which a radar holds what it has seen; the end of play
#: before the impact; standard deviations within which an error is certain to lie.
COMMON, SOON, LATER, RARELY, HANDOVER, HELD, MARGIN, CERTAIN, RULES = 0, 1, 2, 3, 4, 5, 6, 7, 8

#: Why nothing is launched, each a bit; the nearest to a shot has the lowest.
HELD_BACK, NOT_HELD, TOO_LATE, TOO_LOW, TOO_HIGH, OUT_OF_REACH, EMPTY, LOST = 1, 2, 4, 8, 16, 32, 64, 128
#: By the codes of `_kernels_meetings`.
WHY = np.array([TOO_LATE, TOO_LOW, TOO_HIGH, OUT_OF_REACH], dtype=np.int64)

# What a play ends with.
PLAYED, ASK_DOCTRINE, ASK_BASKET, GIVE_UP = 0, 1, 2, 3
#: Columns of what is played, by tick.
ALIVE, LAUNCHED, HANDED, REASON, PLAYED_FIELDS = 0, 1, 2, 3, 4

#: Rows of what is kept of batteries and shots while playing: stock, when ready, meeting, launch; when looks
#: at shots are reported, in order; a measurement.
DESK_ROWS = 6
#: Shots at one missile; more, and the table of the doctrine has no room.
MOST_SHOTS = 24
#: Probabilities that are taken for the same.
SAME = 1e-4


@kernel
def tick_after(t: float, least: float, clock: float) -> float:
    """Return the first tick of the clock at a time or after it, and not before another time."""
    return float(clock * math.ceil(max(t, least) / clock - 1e-9))


@kernel
def shot_at(
    odds: Array, vain: float, in_air: int, hits: Array, inside: float, battery: Array
) -> tuple[float, int]:
    """Take a shot and the look at it into account: `hoplon.engagement.expected_fires.ThreatOdds.shot`.

    Rows of `odds`: alive and engaged; dead and engaged; alive and wrongly said to be dead, with shots still
    on their way, and without. Returns the probability that a threat that no shot can hit is still engaged,
    and how many interceptors are in the air.
    """
    in_air -= 1
    for n in range(odds.shape[1]):
        p = inside * hits[n]
        lives = odds[0, n]
        hit = p * lives
        lives -= hit
        odds[2, n] = (1.0 - p) * odds[2, n] + battery[FALSE_DEAD] * lives
        odds[0, n] = (1.0 - battery[FALSE_DEAD]) * lives
        odds[1, n] = battery[FALSE_ALIVE] * (odds[1, n] + hit)
        if in_air <= 0:
            odds[3, n] += odds[2, n]
            odds[2, n] = 0.0
    return vain * (1.0 - battery[FALSE_DEAD]), in_air


@kernel
def wanted_of(
    table: NDArray[np.int16], ask: Whole, layer: int, lower: bool, fired: int, looked: int, stock: int
) -> int:
    """Return what the doctrine says; -1 where nobody has asked it yet: then `ask` says what to ask."""
    found = table[layer, int(lower), fired, looked, stock]
    if found < 0:
        ask[0], ask[1], ask[2], ask[3], ask[4] = layer, int(lower), fired, looked, stock
    return int(found)


@kernel
def play_from(
    start: float, out: Array, ask: Whole, baskets: Array, doctrine: NDArray[np.int16],
    batteries: Array, kill: Array, rules: Array, meetings: Array, begins: Whole, codes: Whole,
    last_launch: float, path: Array, setups: Array, of_type: Whole, types: Whole, tables: Array,
    families: Array, nodes: Array, lost: float, count: int, done: Whole, rows: Whole, counts: Whole, x: Array,
    p: Array, granted: Flags, t_s: Array, arrival_s: Array, sensor: Whole, measured: Array, sites: Array,
    rotations: Array, followed: Array, case: Array, planet: Array, noise: Array, desk: Array, odds: Array,
    shots: Array,
) -> int:  # fmt: skip
    """Play from a tick on, and write what comes of it (`PLAYED_FIELDS`).

    `desk`, shape (DESK_ROWS, at least as many as batteries or MOST_SHOTS), `odds`, shape (4, nodes of kill
    probabilities), and `shots`, shape (MOST_SHOTS, 3), are to work in.
    """
    many = batteries.shape[0]
    clock = case[CLOCK]
    end = min(case[END] - rules[MARGIN], lost)
    reached_why, layered = 0, False
    elsewhere = 0
    for b in range(many):
        reached_why |= WHY[codes[b]]
        layered = layered or batteries[b, LAYER] != batteries[0, LAYER]
        if begins[b + 1] == begins[b]:
            elsewhere += int(batteries[b, LOADED])
    stock, ready, meets, launches, reports, z = desk[0], desk[1], desk[2], desk[3], desk[4], desk[5]
    for b in range(many):
        stock[b], ready[b] = batteries[b, LOADED], -math.inf
    for n in range(odds.shape[1]):
        odds[0, n], odds[1, n], odds[2, n], odds[3, n] = 1.0, 0.0, 0.0, 0.0
    vain, in_air, never = 1.0, 0, 1.0
    fired, looked, pending, why = 0, 0, 0, 0
    # Shots on their way (battery, intercept, order), and when looks at them are reported, both in order.
    flying, reported = 0, 0
    t = start
    over = t >= end
    if over:
        why |= LOST if t >= lost else TOO_LATE
    while True:
        # Shots whose intercept is over by now; at the end, all.
        upto = t if t < end and not over else math.inf
        first = 0
        while first < flying and shots[first, 1] <= upto:
            b = int(shots[first, 0])
            intercept, ordered = shots[first, 1], shots[first, 2]
            first += 1
            if intercept >= case[END]:
                continue
            tick = max(tick_after(intercept - rules[HANDOVER], -math.inf, clock) - clock, ordered)
            told = batteries[b, MODE] == ENGAGE_ON_REMOTE or holds(
                int(batteries[b, OWN]), tick, granted, sensor, t_s, arrival_s, rules[HELD]
            )
            if not (told and tick < lost):
                tick = ordered
            done[0] = known_until(
                tick, done[0], rows, counts, count, x, p, t_s, sensor, measured, sites, rotations, followed,
                case, planet, noise, z,
            )  # fmt: skip
            row = basket_at(
                tick, intercept, batteries[b, BASKET], baskets, nodes, rules[CERTAIN], done[0], t_s, rows, x,
                p, followed, case, planet, noise,
            )  # fmt: skip
            if row == 0:
                return GIVE_UP
            inside = baskets[row, 3]
            if math.isnan(inside):
                ask[0] = row
                return ASK_BASKET
            vain, in_air = shot_at(odds, vain, in_air, kill[int(batteries[b, KIND])], inside, batteries[b])
            never *= 1.0 - inside
        for n in range(first, flying):
            for i in range(3):
                shots[n - first, i] = shots[n, i]
        flying -= first
        if upto == math.inf:
            break
        left = elsewhere
        for b in range(many):
            if begins[b + 1] > begins[b]:
                left += int(stock[b] + 0.5)
        wanted = wanted_of(doctrine, ask, 0, False, fired, looked, left)
        if wanted < 0:
            return ASK_DOCTRINE
        again = t + (rules[RARELY] if pending > 0 else rules[SOON])
        if wanted == 0 and pending == 0:
            why |= HELD_BACK
            over = True
            continue
        restart = False
        for _ in range(wanted):
            # The battery with the earliest intercept (`hoplon.engagement.choice`).
            why |= reached_why
            lowest = 0
            for b in range(many):
                meets[b] = math.nan
                if begins[b + 1] == begins[b]:
                    continue
                if int(stock[b] + 0.5) == 0:
                    why |= EMPTY
                    continue
                meets[b], launches[b] = first_meeting(
                    meetings[begins[b] : begins[b + 1]],
                    max(t + batteries[b, PREPARE], ready[b]),
                    types[of_type[b]],
                    families,
                    tables,
                    setups[b],
                    path,
                )
                if math.isnan(meets[b]):
                    continue
                if batteries[b, MODE] == OWN_RADAR and not holds(
                    int(batteries[b, OWN]), t, granted, sensor, t_s, arrival_s, rules[HELD]
                ):
                    why |= NOT_HELD
                    meets[b] = math.nan
                else:
                    lowest = max(lowest, int(batteries[b, LAYER]))
            chosen = -1
            while True:
                chosen = -1
                for b in range(many):
                    if not math.isnan(meets[b]) and (chosen < 0 or meets[b] < meets[chosen]):
                        chosen = b
                if chosen < 0 or not layered:
                    break
                left = elsewhere
                for b in range(many):
                    if begins[b + 1] > begins[b]:
                        left += int(stock[b] + 0.5)
                layer = int(batteries[chosen, LAYER])
                takes = wanted_of(doctrine, ask, layer, lowest > layer, fired, looked, left)
                if takes < 0:
                    return ASK_DOCTRINE
                if takes > 0:
                    break
                why |= HELD_BACK
                meets[chosen] = math.nan
            if chosen < 0:
                again = t + (rules[LATER] if fired > 0 else 3.0 * rules[SOON])
                # What cannot be met by a launch now cannot be by a later one.
                over = why & (NOT_HELD | HELD_BACK) == 0
                break
            spare = launches[chosen] - batteries[chosen, PREPARE] - rules[SOON] - t
            if spare > 0.0:
                again = t + min(spare, rules[LATER])
                restart = fired == 0
                break
            if fired + 1 == MOST_SHOTS:
                return GIVE_UP
            engaged = 0.0
            for n in range(odds.shape[1]):
                engaged += odds[0, n] + odds[1, n]
            weight = rules[COMMON] * engaged / odds.shape[1] + (1.0 - rules[COMMON]) * vain
            stock[chosen] -= weight
            ready[chosen] = launches[chosen] + weight * batteries[chosen, INTERVAL]
            fired, pending, in_air = fired + 1, pending + 1, in_air + 1
            n = flying
            while n > 0 and shots[n - 1, 1] > meets[chosen]:
                for i in range(3):
                    shots[n, i] = shots[n - 1, i]
                n -= 1
            shots[n, 0], shots[n, 1], shots[n, 2] = float(chosen), meets[chosen], t
            flying += 1
            report = tick_after(meets[chosen] + batteries[chosen, DELAY], meets[chosen], clock)
            n = reported
            while n > 0 and reports[n - 1] > report:
                reports[n] = reports[n - 1]
                n -= 1
            reports[n] = report
            reported += 1
            again = t + rules[RARELY]
        if restart:
            # Nothing has been launched: as if fire were free from then on only.
            t, why = tick_after(again, -math.inf, clock), 0
            over = t >= end
            if over:
                why |= LOST if t >= lost else TOO_LATE
            continue
        if over or (reported == 0 and t > last_launch):
            over = True
            continue
        t = max(tick_after(again, -math.inf, clock), t + clock)
        if reported > 0:
            t = min(t, max(reports[0] + clock, 0.0))
        first = 0
        while first < reported and reports[first] < t:
            first += 1
            pending -= 1
            if pending == 0:
                looked = fired
        for n in range(first, reported):
            reports[n - first] = reports[n]
        reported -= first
    alive = 0.0
    for n in range(odds.shape[1]):
        alive += odds[0, n] + odds[2, n] + odds[3, n]
    out[ALIVE], out[HANDED] = alive / odds.shape[1], 1.0 - never
    out[LAUNCHED] = 1.0 if fired > 0 else 0.0
    out[REASON] = 0.0
    if fired == 0:
        # The lowest bit; where there is none, nothing reaches it.
        out[REASON] = float(why & -why) if why else float(OUT_OF_REACH)
    return PLAYED


@kernel
def play_all(
    ticks: Array, out: Array, ask: Whole, baskets: Array, doctrine: NDArray[np.int16],
    batteries: Array, kill: Array, rules: Array, meetings: Array, begins: Whole, codes: Whole,
    last_launch: float, path: Array, setups: Array, of_type: Whole, types: Whole, tables: Array,
    families: Array, nodes: Array, lost: float, count: int, done: Whole, rows: Whole, counts: Whole, x: Array,
    p: Array, granted: Flags, t_s: Array, arrival_s: Array, sensor: Whole, measured: Array, sites: Array,
    rotations: Array, followed: Array, case: Array, planet: Array, noise: Array,
) -> int:  # fmt: skip
    """Play from each tick; where the first and the last of several come to the same, so do those between.

    Fire that is free later never makes more of a missile's flight.

    Parameters
    ----------
    ticks : ndarray, shape (n,)
        Rising.
    out : ndarray, shape (n, PLAYED_FIELDS)
    ask : ndarray of int64, shape (5,)
        Receives what is asked for: the place in `doctrine`, or the row of `baskets`.
    baskets : ndarray, shape (rows, BASKET_FIELDS)
        Handovers that have been computed, for as long as the missile is the same.
    doctrine : ndarray of int16
        What it says, by layer, whether a lower one can reach, fired, looked at, stock; -1 for not yet asked.
    batteries, kill, rules
        Fields of batteries, kill probabilities by type and node, and the rules of play.
    meetings, begins, codes, last_launch, path, setups, of_type, types, tables, families
        See `_kernels_meetings`.
    nodes : ndarray
        Of the flight.
    lost, count, done, rows, counts, x, p, granted
        See `_kernels_known`.
    t_s, arrival_s, sensor, measured, sites, rotations, followed, case, planet, noise
        See `_kernels_follow`.

    Returns
    -------
    int
        PLAYED, or what is asked for, or GIVE_UP where there is no room.
    """
    size = ticks.size
    played = np.zeros(size, dtype=np.bool_)
    lows, highs = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    desk = np.empty((DESK_ROWS, max(batteries.shape[0], MOST_SHOTS)))
    odds, shots = np.empty((4, kill.shape[1])), np.empty((MOST_SHOTS, 3))
    lows[0], highs[0] = 0, size - 1
    open_ends = 1 if size else 0
    while open_ends > 0:
        open_ends -= 1
        low, high = lows[open_ends], highs[open_ends]
        for turn in range(2):
            n = high if turn else low
            if played[n]:
                continue
            code = play_from(
                ticks[n], out[n], ask, baskets, doctrine, batteries, kill, rules, meetings, begins, codes,
                last_launch, path, setups, of_type, types, tables, families, nodes, lost, count, done, rows,
                counts, x, p, granted, t_s, arrival_s, sensor, measured, sites, rotations, followed, case,
                planet, noise, desk, odds, shots,
            )  # fmt: skip
            if code != PLAYED:
                return code
            played[n] = True
        if high - low <= 1:
            continue
        if out[low, LAUNCHED] == out[high, LAUNCHED] and abs(out[low, ALIVE] - out[high, ALIVE]) < SAME:
            for n in range(low + 1, high):
                played[n] = True
                for i in range(PLAYED_FIELDS):
                    out[n, i] = out[low, i]
            continue
        middle = (low + high) // 2
        lows[open_ends], highs[open_ends] = middle, high
        lows[open_ends + 1], highs[open_ends + 1] = low, middle
        open_ends += 2
    return PLAYED
