"""A made-up study for tests of files and reports: shapes and sizes are lifelike, the numbers mean nothing."""

from __future__ import annotations

import math

import numpy as np
from made_up_values import ALERT, ASSUMPTIONS, WARNING

from hoplon.result.model import Event, Interval, Record, Study, Swing, ThreatOutcome
from hoplon.result.samples import SensorViews, TrackSamples
from hoplon.result.scene import ScenePath, SceneSite, TimelineRow
from hoplon.result.warning import CityWarning

EARTH_M = 6_371_000.0

LAUNCH = {"Kittaeryong": (38.99, 127.6), "Sunan": (39.20, 125.67)}
AIM = {
    "Tokyo": (35.68, 139.77),
    "Osaka": (34.69, 135.50),
    "Sapporo": (43.06, 141.35),
    "Fukuoka": (33.59, 130.40),
}
RAID = (
    ("nodong-1", "nodong", "Kittaeryong", "Tokyo", 0.0, 260.0),
    ("nodong-2", "nodong", "Kittaeryong", "Osaka", 20.0, 250.0),
    ("nodong-3", "nodong", "Kittaeryong", "Sapporo", 40.0, 255.0),
    ("scud-er-1", "scud_er", "Kittaeryong", "Fukuoka", 10.0, 230.0),
    ("hwasong-12-1", "hwasong_12", "Sunan", "Tokyo", 30.0, 900.0),
    ("hwasong-12-2", "hwasong_12", "Sunan", "Osaka", 60.0, 900.0),
)
SITES = (
    SceneSite("Araya", "radar", 39.705, 140.055, 190.0, 350.0, 1150.0),
    SceneSite("Mutsumi", "radar", 34.51, 131.59, 230.0, 30.0, 1150.0),
    SceneSite("Shariki", "radar", 40.888, 140.336, 225.0, 345.0, 980.0),
    SceneSite("Kyogamisaki", "radar", 35.767, 135.217, 240.0, 360.0, 980.0),
    SceneSite("Shimokoshiki-jima FPS-5", "radar", 31.65, 129.70, 200.0, 20.0, 700.0),
    SceneSite("Sado FPS-5", "radar", 38.07, 138.34, 220.0, 40.0, 700.0),
    SceneSite("Araya battery", "battery", 39.705, 140.055, loaded=24),
    SceneSite("Mutsumi battery", "battery", 34.51, 131.59),
    *(SceneSite(name, "launch_site", lat, lon) for name, (lat, lon) in LAUNCH.items()),
    *(SceneSite(name, "asset", lat, lon, radius_km=40.0) for name, (lat, lon) in AIM.items()),
    SceneSite("Nagoya", "asset", 35.18, 136.91, radius_km=40.0),
    SceneSite("Pyongyang", "reference", 39.02, 125.75),
)


def unit(lat: float, lon: float) -> np.ndarray:
    a, b = math.radians(lat), math.radians(lon)
    return np.array([math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)])


def flight(launch: tuple[float, float], aim: tuple[float, float], apogee_km: float, shares: np.ndarray):
    """Great circle with a parabola above it: (n, 3) metres."""
    u, w = unit(*launch), unit(*aim)
    angle = math.acos(float(u @ w))
    ground = (np.sin((1 - shares) * angle)[:, None] * u + np.sin(shares * angle)[:, None] * w) / math.sin(
        angle
    )
    height = 4.0 * apogee_km * 1000.0 * shares * (1.0 - shares)
    return ground * (EARTH_M + height)[:, None], angle * EARTH_M / 1000.0


def geodetic(r: np.ndarray):
    radius = np.linalg.norm(r, axis=1)
    return (
        np.degrees(np.arcsin(r[:, 2] / radius)),
        np.degrees(np.arctan2(r[:, 1], r[:, 0])),
        (radius - EARTH_M) / 1000.0,
    )


def flight_time(apogee_km: float) -> float:
    return 2.2 * math.sqrt(2.0 * apogee_km * 1000.0 / 9.0)


def battle(run: int, seed: int, raid=RAID, step_s: float = 5.0) -> Record:
    rng = np.random.default_rng([seed, run])
    kill = float(rng.beta(12.5, 4.5))
    outcomes, events, tracks = [], [], []
    used = {"Araya battery": 0, "Mutsumi battery": 0}
    for number, (name, missile, launch, aim, launch_s, apogee_km) in enumerate(raid):
        total = flight_time(apogee_km)
        moments = {"launch": launch_s, "satellite_report": launch_s + rng.triangular(40, 55, 90)}
        moments["first_detection"] = launch_s + rng.uniform(90, 120)
        tracked = rng.random() > 0.03
        actor = "Mutsumi" if aim in ("Fukuoka", "Osaka") else "Araya"
        outcome, reason, shots, warning = "leaked", "never tracked", 0, math.nan
        if tracked:
            moments["firm_track"] = moments["first_detection"] + rng.uniform(6, 14)
            moments["alert_possible"] = moments["firm_track"] + 15.0
            moments["alert"] = moments["firm_track"] + rng.uniform(20, 40)
            moments["decision"] = moments["firm_track"] + rng.triangular(15, 30, 90)
            warning = launch_s + total - moments["alert"]
            moments["interceptor_launch"] = moments["decision"] + rng.uniform(4, 10)
            shots = 2
            used[f"{actor} battery"] += shots
            moments["intercept"] = moments["interceptor_launch"] + 0.45 * (total - 100)
            hit = rng.random() < 1 - (1 - kill) ** 2
            outcome, reason = ("killed", "hit") if hit else ("leaked", "missed")
            share = (moments["intercept"] - launch_s) / total
            at, _ = flight(LAUNCH[launch], AIM[aim], apogee_km, np.array([share]))
            lat, lon, height = (float(v[0]) for v in geodetic(at))
            events.append(Event(moments["satellite_report"], "satellite_report", "satellites", name))
            events.append(Event(moments["firm_track"], "firm_track", actor, name, number + 1))
            events.append(
                Event(
                    moments["intercept"],
                    "intercept",
                    f"{actor} battery",
                    name,
                    number + 1,
                    lat,
                    lon,
                    height,
                    kill,
                    "hit" if hit else "miss: drawn",
                )
            )
            t = np.arange(moments["first_detection"], min(launch_s + total, moments["intercept"]), step_s)
            r, _ = flight(LAUNCH[launch], AIM[aim], apogee_km, (t - launch_s) / total)
            age = t - t[0] + 3.0
            sigma = 60.0 + 9000.0 / age
            noise = rng.normal(size=(len(t), 3)) * (sigma / math.sqrt(3))[:, None]
            impact = np.abs(rng.normal(size=len(t))) * 400.0 / age
            impact[:2] = np.nan
            tracks.append(([name] * len(t), np.full(len(t), number + 1), t, r, r + noise, sigma, impact))
        if outcome == "leaked":
            moments["impact"] = launch_s + total
        events.append(Event(launch_s, "launch", name, name, note="<b>launch</b>"))
        outcomes.append(ThreatOutcome(name, missile, aim, outcome, reason, moments, warning, shots))
    columns = list(zip(*tracks, strict=True)) if tracks else [(), (), (), (), (), (), ()]
    joined = [np.concatenate(c) if c else np.empty(0) for c in columns[1:]]
    return Record(
        "made-up",
        seed,
        run,
        tuple(outcomes),
        tuple(sorted(events, key=lambda e: e.t_s)),
        TrackSamples(
            tuple(word for words in columns[0] for word in words),
            joined[0].astype(np.int64),
            joined[1],
            joined[2].reshape(-1, 3),
            joined[3].reshape(-1, 3),
            joined[4],
            joined[5],
            rng.chisquare(3, len(joined[1])),
        ),
        used,
        {"single_shot_kill_probability": kill},
        views(outcomes),
        tuple(city_warning(outcome) for outcome in outcomes),
    )


def city_warning(outcome: ThreatOutcome) -> CityWarning:
    fell = outcome.moments_s.get("impact", math.nan)
    due = outcome.moments_s["launch"] + 600.0 if math.isnan(fell) else fell
    told = (outcome.moments_s.get(moment, math.nan) for moment in ("alert", "alert_possible"))
    return CityWarning(outcome.aim, *told, "hit", 0.8, outcome.threat, fell, due)


def views(outcomes) -> SensorViews:
    """Each radar sees each tracked threat once; the first of them loses sight for two minutes."""
    rows = []
    for i, radar in enumerate((SITES[0].name, "Shariki")):
        for outcome in outcomes:
            start, end = outcome.moments_s.get("first_detection"), outcome.moments_s.get("intercept")
            if "firm_track" not in outcome.moments_s:
                continue
            if i == 0:
                rows.append((radar, outcome.threat, start, start + 40.0, 20))
                rows.append((radar, outcome.threat, start + 160.0, max(end, start + 161.0), 15))
            else:
                rows.append((radar, outcome.threat, start + 15.0, max(end, start + 16.0), 31))
    sensor, threat, first, last, count = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return SensorViews(sensor, threat, np.array(first), np.array(last), np.array(count, dtype=np.int64))


def path(name: str, missile: str, launch: str, aim: str, launch_s: float, apogee_km: float) -> ScenePath:
    shares = np.linspace(0, 1, 60)
    r, range_km = flight(LAUNCH[launch], AIM[aim], apogee_km, shares)
    lat, lon, height = geodetic(r)
    total = flight_time(apogee_km)
    times = launch_s + shares * total
    return ScenePath(
        name,
        missile,
        tuple(times.tolist()),
        tuple(lat.tolist()),
        tuple(lon.tolist()),
        tuple(height.tolist()),
        apogee_km,
        range_km,
        total,
        70.0,
    )


def quantiles(values, runs: int) -> Interval:
    low, best, high = (float(np.quantile(values, q)) for q in (0.05, 0.5, 0.95))
    return Interval(best, low, high, runs, 0.90, "5 % and 95 % of threats and battles")


def swing(name: str, base: float, low: float, high: float, *paths: str) -> Swing:
    def paired(difference: float) -> Interval:
        return Interval(difference, difference - 0.02, difference + 0.02, 40, 0.95, "paired battles")

    return Swing(name, paths, base, low, high, paired(low - base), paired(high - base))


def made_up_study(
    runs: int = 20, seed: int = 7, *, engaged: bool = True, step_s: float = 5.0, raid=RAID
) -> Study:
    records = tuple(battle(run, seed, raid, step_s) for run in range(runs))
    if not engaged:
        records = tuple(_let_pass(record) for record in records)
    by_run = np.array([r.leakage for r in records])
    best = float(by_run.mean()) if engaged else math.nan
    half = 1.96 * float(by_run.std(ddof=1)) / math.sqrt(runs) if engaged and runs > 1 else 0.0
    outcomes = [o for r in records for o in r.outcomes]
    moments, missing = {}, {}
    for moment in (
        "launch",
        "satellite_report",
        "first_detection",
        "firm_track",
        "alert",
        "decision",
        "interceptor_launch",
        "intercept",
        "impact",
    ):
        after = [o.moments_s[moment] - o.moments_s["launch"] for o in outcomes if moment in o.moments_s]
        missing[moment] = 1.0 - len(after) / len(outcomes)
        if after:
            moments[moment] = quantiles(after, runs)
    used = [sum(r.interceptors_used.values()) for r in records]
    missiles = dict.fromkeys(o.missile for o in outcomes)
    kinds = ("killed", "leaked", "let_pass")
    return Study(
        scenario="made-up",
        title="A made-up raid of six missiles on Japan <script>alert('title')</script>",
        question="What share of the missiles gets through two Aegis Ashore sites & their radars?",
        date="2018-01-16",
        seed=seed,
        runs=runs,
        mode="sampled",
        leakage=Interval(best, best - half, best + half, runs, 0.95, "t interval over battles")
        if engaged
        else None,
        leakage_spread=(
            Interval(best, float(np.quantile(by_run, 0.05)), float(np.quantile(by_run, 0.95)), runs, 0.9, "")
            if engaged
            else None
        ),
        swings=(
            swing(
                "single-shot kill probability",
                best,
                best + 0.31,
                best - 0.12,
                "interceptors.sm3_iia.test_record",
            ),
            swing(
                "decision time of the command post",
                best,
                best - 0.02,
                best + 0.2,
                "command.post.decision_time_s",
            ),
            swing(
                "radar cross-section, X band",
                best,
                best + 0.08,
                best - 0.03,
                "missiles.nodong.radar_cross_section_x_band_m2",
            ),
            swing(
                "satellite delay", best, best - 0.01, best + 0.015, "sensors.early_warning.detection_delay_s"
            ),
        )
        if engaged
        else (),
        interceptors_used=Interval(
            float(np.mean(used)), float(np.mean(used)) - 0.3, float(np.mean(used)) + 0.3, runs
        ),
        moments=moments,
        moments_missing=missing,
        warning_s={
            aim: quantiles(
                [o.warning_s for o in outcomes if o.aim == aim and o.warning_s == o.warning_s], runs
            )
            for aim in dict.fromkeys(o.aim for o in outcomes)
        },
        outcomes={
            m: {k: sum(o.missile == m and o.outcome == k for o in outcomes) / runs for k in kinds}
            for m in missiles
        },
        reasons={
            reason: sum(o.reason == reason for o in outcomes if o.outcome == "leaked") / runs
            for reason in dict.fromkeys(o.reason for o in outcomes if o.outcome == "leaked")
        },
        draws={
            "single_shot_kill_probability": quantiles(
                [r.draws["single_shot_kill_probability"] for r in records], runs
            )
        },
        leakage_by_run=tuple(by_run.tolist()),
        assumptions=ASSUMPTIONS,
        overrides=(
            "missiles.nodong.radar_cross_section_x_band_m2 is 0.02 m² instead of 0.03 m²: the lower view of "
            "Lewis & Postol.",
        ),
        limitations=(
            "Threats do not manoeuvre and carry no decoys.",
            "The radars do not share their time budget among tasks beyond search and track.",
            "The Earth's atmosphere is the US Standard Atmosphere 1976 everywhere and always.",
        ),
        sites=SITES,
        paths=tuple(path(*threat) for threat in raid),
        timeline=()
        if engaged
        else (
            TimelineRow("end of boost", 150.0, 160.0, 180.0, 158.0, "Wright 2017"),
            TimelineRow("public alert (J-Alert)", 240.0, 240.0, 300.0, 262.0, "Cabinet Secretariat 2017"),
            TimelineRow("over Hokkaido", 480.0, 500.0, 540.0, 571.0, "Ministry of Defence 2017"),
            TimelineRow("interceptor launch", 1.0, 2.0, 3.0, math.nan, "none"),
        ),
        records=records,
        scenario_yaml="format: hoplon-scenario\nversion: 1\nname: made-up  # é\n",
        warning=WARNING,
        alerts=() if engaged else (ALERT,),
    )


def _let_pass(record: Record) -> Record:
    outcomes = tuple(
        ThreatOutcome(
            o.threat,
            o.missile,
            o.aim,
            "let_pass",
            "overflight",
            {k: v for k, v in o.moments_s.items() if k not in ("interceptor_launch", "intercept")}
            | {"impact": o.moments_s["launch"] + 600.0},
            o.warning_s,
            0,
        )
        for o in record.outcomes
    )
    return Record(
        record.scenario,
        record.seed,
        record.run,
        outcomes,
        tuple(e for e in record.events if e.kind != "intercept"),
        record.tracks,
        dict.fromkeys(record.interceptors_used, 0),
        record.draws,
        record.views,
    )
