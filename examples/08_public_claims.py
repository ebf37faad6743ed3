"""Four public claims of what is covered, each under assumptions that make it true and others that do not.

A place counts as covered where one interceptor can meet the missile in at least half of all cases, whatever
its chance to hit. Land is that of the report's maps. The thresholds below are ours: those who made the claims
stated none. All of it takes some minutes; one alone: python examples/08_public_claims.py seongju
"""

import copy
import math
import sys

import numpy as np
import yaml

from hoplon.coverage import make_map
from hoplon.report.geography import coastlines
from hoplon.scenario.library import FOLDER
from hoplon.scenario.loading import loads

POST = """
command:
  actors:
    post:
      nation: {nation}
      decision_time_s: {{best: 20, low: 5, high: 60, mark: assumed, why: not published,
                        rule: 'standing orders: seconds; asking higher up: a minute'}}
  rule: defend_assets
  doctrine: {{name: shoot_look_shoot, salvo: 1}}
  test_record: {{view: programme_count}}
  public_alert_delay_s: {{best: 150, low: 90, high: 240, mark: derived, source: 'J-Alert record 2017-2022'}}
"""
LINK = """
network:
  - from: [{radars}]
    to: post
    latency_s: {{best: 2, low: 0.5, high: 8, mark: assumed, why: not published,
                rule: data links pass tracks every 2-12 s}}
"""
SEONGJU = (
    """
format: hoplon-scenario
version: 1
name: thaad-seongju
title: THAAD at Seongju
question: How much of South Korea does one battery cover?
date: 2017-09-07
assets: [seoul, busan]
raid:
  - {missile: scud_c, from: hwangju, aim: seoul, trajectory: minimum_energy}
sensors:
  tpy_2: {type: an_tpy_2, site: seongju, nation: US, azimuth_from_deg: 270, azimuth_to_deg: 30}
  early_warning: {type: infrared_satellites, nation: US}
batteries:
  thaad: {interceptor: thaad, site: seongju, cells: 48, loaded: 48, nation: US,
          fire_control: launch_on_remote, own_radar: tpy_2}
"""
    + POST.format(nation="US")
    + LINK.format(radars="tpy_2, early_warning")
)
STRATEGIC = (
    """
format: hoplon-scenario
version: 1
name: thaad-strategic
title: THAAD at Honolulu against one strategic re-entry vehicle
question: On how much ground can one battery meet it?
date: 2018-01-16
assets: {honolulu: {radius_km: 20}}
raid:
  - {missile: hwasong_15, from: pyongsong, aim: honolulu, trajectory: minimum_energy}
sensors:
  tpy_2: {type: an_tpy_2, site: honolulu, nation: US, azimuth_from_deg: 240, azimuth_to_deg: 0}
  early_warning: {type: infrared_satellites, nation: US}
batteries:
  thaad: {interceptor: thaad, site: honolulu, cells: 48, loaded: 48, nation: US,
          fire_control: launch_on_remote, own_radar: tpy_2}
"""
    + POST.format(nation="US")
    + LINK.format(radars="tpy_2, early_warning")
)
#: Stations of ships are not public: three, and one in their middle.
STATIONS = {"north": (41.0, 137.5), "middle": (38.0, 135.0), "west": (35.8, 131.5)}


def written(data):
    """Write a scenario; its order counts, since the first actor is the one whose picture is shot by."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def set_at(data, path, value):
    """Set a key of a scenario, by its path."""
    *way, last = path.split("/")
    for part in way:
        data = data.setdefault(part, {}) if isinstance(data, dict) else data[int(part)]
    data[last] = value


def assume(data, path, value, why):
    """Override a value of the catalogue."""
    data.setdefault("assumptions", {})[path] = {"value": value, "why": why}


def inside(latitude_deg, longitude_deg):
    """Say which cells of a grid are land: an odd number of coastlines east of their middle."""
    lat, lon = np.meshgrid(latitude_deg, longitude_deg, indexing="ij")
    odd = np.zeros(lat.shape, dtype=bool)
    for own_lon, own_lat in coastlines():
        ring_lat = np.append(own_lat, own_lat[0])
        a, b = ring_lat[:-1], ring_lat[1:]
        for turn in (0.0, 360.0):  # rings run on across 180
            ring_lon = np.append(own_lon, own_lon[0]) + turn
            if ring_lat.max() < lat.min() or ring_lat.min() > lat.max() or ring_lon.max() < lon.min():
                continue
            for row, y in enumerate(latitude_deg):
                crosses = (a <= y) != (b <= y)
                x = ring_lon[:-1][crosses] + (y - a[crosses]) / (b - a)[crosses] * np.diff(ring_lon)[crosses]
                odd[row] ^= (x[None, :] > longitude_deg[:, None]).sum(axis=1) % 2 == 1
    return lat, lon, odd


def japan(latitude_deg, longitude_deg):
    """Return the cells of the four main islands: without Korea, Sakhalin, the mainland and the Kurils."""
    lat, lon, land = inside(latitude_deg, longitude_deg)
    return land & (lon > 129.4) & (lon < 145.9) & (lat < 45.6) & ((lon > 139.0) | (lat < 42.0))


def south_korea(latitude_deg, longitude_deg):
    """Return the cells of mainland South Korea: south of the demarcation line (five points of open maps)."""
    lat, lon, land = inside(latitude_deg, longitude_deg)
    line = np.interp(lon, [126.1, 126.7, 127.1, 127.9, 128.36], [37.75, 37.95, 38.2, 38.33, 38.61])
    return land & (lat < line) & (lon > 125.9) & (lat > 34.2) & ~((lat < 34.8) & (lon > 129.1))


def share(data, kind, region, cells, country, **how):
    """Return the share of a country's land that is covered, and the map."""
    made = make_map(loads(written(data)), kind, region=region, cells=cells, **how)
    land = country(made.latitude_deg, made.longitude_deg)
    land &= ~np.isnan(made.layers[0].values)  # what the missile does not reach needs no cover
    weight = np.cos(np.radians(made.latitude_deg))[:, None] * land
    return float((weight * (made.layers[0].values >= made.facts["level"])).sum() / weight.sum()), made


def value_at(made, latitude_deg, longitude_deg):
    """Return what the cell nearest to a place has."""
    row = np.abs(made.latitude_deg - latitude_deg).argmin()
    column = np.abs(made.longitude_deg - longitude_deg).argmin()
    return float(made.layers[0].values[row, column])


def two_sites(fine):
    """Two Aegis Ashore sites cover Japan (Ministry of Defence via Mainichi and NHK, 2017)."""
    base = yaml.safe_load((FOLDER / "scenarios" / "japan-2018.yaml").read_text(encoding="utf-8"))
    base["raid"] = [line for line in base["raid"] if line["missile"] in ("nodong", "hwasong_12")]

    def older(data):
        for battery in data["batteries"].values():
            battery["interceptor"] = "sm3_ia"
        data["command"]["test_record"] = {"view": "sm3_ia_only"}

    def alone(data):
        for name in ("araya", "mutsumi"):
            data["batteries"][f"{name}_battery"] |= {
                "fire_control": "own_radar",
                "own_radar": f"{name}_radar",
            }

    def older_alone(data):
        older(data)
        alone(data)

    def small(data):
        alone(data)
        for missile in ("nodong", "hwasong_12"):
            assume(data, f"missiles.{missile}.reentry_cross_section_s_band_m2", 0.001, "a low cone, nose on")

    sets = {
        "SM-3 IIA, all radars heard": lambda data: None,
        "SM-3 IIA, each site by its own radar alone": alone,
        "SM-3 IA, each site by its own radar alone": older_alone,
        "SM-3 IIA, each site by its own radar alone, 0.001 m²": small,
    }
    for title, change in sets.items():
        data = copy.deepcopy(base)
        change(data)
        found, _ = share(data, "defended", (31.0, 129.5, 45.6, 146.0), fine, japan)
        yield title, found >= 0.95, f"{100 * found:.0f} % of the main islands (95 % wanted)"


def seongju(fine):
    """THAAD at Seongju covers half to two thirds of South Korea (its ministry, 2016), and not Seoul."""

    def slow(data):
        assume(data, "interceptors.thaad.burnout_speed_km_s", 2.5, "lower end of what analysts quote")
        assume(data, "interceptors.thaad.range_km", 150, "lower end of what is published")

    def lofted(data):
        data["raid"] = [{"missile": "nodong", "from": "sinpo", "aim": "busan", "apogee_km": 600}]

    def turned(data):
        data["sensors"]["tpy_2"] |= {"azimuth_from_deg": 350, "azimuth_to_deg": 110}

    sets = {
        "Scud-C from Hwangju, range 200 km": lambda data: None,
        "the same, range 150 km and 2.5 km/s": slow,
        "Nodong from Sinpo lofted to 600 km": lofted,
        "Scud-C from Hwangju, the radar turned to the east": turned,
    }
    for title, change in sets.items():
        data = yaml.safe_load(SEONGJU)
        change(data)
        found, made = share(data, "footprint", (34.2, 125.9, 38.7, 129.7), fine, south_korea)
        seoul = value_at(made, 37.567, 126.978) >= made.facts["level"]
        true = 0.45 <= found <= 0.72 and not seoul  # half to two thirds, five points more or less
        yield title, true, f"{100 * found:.0f} % of the mainland, {'with' if seoul else 'without'} Seoul"


def ships(fine):
    """One ship with SM-3 IIA does the work of three with IA (Rear Admiral Hicks via Reuters, 2009)."""
    base = yaml.safe_load((FOLDER / "scenarios" / "japan-2018.yaml").read_text(encoding="utf-8"))
    base["raid"] = [line for line in base["raid"] if line["missile"] in ("nodong", "hwasong_12")]
    base["network"][0]["from"] = [
        n for n in base["network"][0]["from"] if not n.startswith(("araya", "mutsumi"))
    ]
    del base["sensors"]["araya_radar"], base["sensors"]["mutsumi_radar"]

    def fleet(stations, kind, fire_control):
        data = copy.deepcopy(base)
        data["batteries"] = {}
        for name in stations:
            lat, lon = STATIONS[name]
            assumed = {"mark": "assumed", "why": "stations are not public", "rule": "spread over the sea"}
            where = {
                "latitude_deg": lat,
                "longitude_deg": lon,
                "uncertainty_km": 100,
                **assumed,
                "source": "none",
            }
            site = {"title": f"ship, {name}", "kind": "reference", "nation": "JP", "position": where}
            set_at(data, f"catalogue/sites/sea_{name}", site)
            radar = {"type": "an_spy_1d", "site": f"sea_{name}", "nation": "JP"}
            data["sensors"][f"ship_{name}"] = radar
            data["network"][0]["from"].append(f"ship_{name}")
            battery = {"interceptor": kind, "site": f"sea_{name}", "cells": 8, "loaded": 8, "nation": "JP"}
            own = {} if fire_control == "engage_on_remote" else {"own_radar": f"ship_{name}"}
            data["batteries"][f"battery_{name}"] = battery | {"fire_control": fire_control} | own
        if kind == "sm3_ia":
            data["command"]["test_record"] = {"view": "sm3_ia_only"}
        return data

    for fire_control in ("engage_on_remote", "launch_on_remote", "own_radar"):
        how = fire_control.replace("_", " ")
        region = (31.0, 129.5, 45.6, 146.0)
        one, _ = share(fleet(["middle"], "sm3_iia", fire_control), "defended", region, fine, japan)
        three, _ = share(fleet(list(STATIONS), "sm3_ia", fire_control), "defended", region, fine, japan)
        words = f"one with IIA {100 * one:.0f} %, three with IA {100 * three:.0f} % of the main islands"
        yield f"ships {how}", one >= three - 0.02, words


def strategic(fine):
    """THAAD with cueing defends a circle of about 120 km against one strategic warhead (Wilkening, 2000)."""
    # D. Wilkening, Ballistic-Missile Defence and Strategic Stability, Adelphi Paper 334 (2000), abstract of
    # the chapter on theatre defences: "an area approximately 120km in diameter", for "a system like THAAD"
    # with launch-point cueing from space, after the Congressional Budget Office and others. It gives neither
    # target nor delays. Here: a missile that flew, a battery where one was sent in 2009, true within a
    # quarter. Where time is short, the ground begins behind the battery: the warhead is still high above it.
    cross_section = "missiles.hwasong_15.reentry_cross_section_x_band_m2"

    def low(data):
        assume(data, "interceptors.thaad.burnout_speed_km_s", 2.5, "lower end of what analysts quote")
        assume(data, "interceptors.thaad.range_km", 150, "lower end of what is published")
        assume(data, "interceptors.thaad.minimum_intercept_altitude_km", 50, "upper end of what is published")

    def faint(data):
        low(data)
        assume(data, cross_section, 0.003, "between the best value and the lower end of its range")

    def uncued(data):
        faint(data)
        del data["sensors"]["early_warning"]
        data["network"][0]["from"] = ["tpy_2"]

    def slow(data):
        faint(data)
        held = {"best": 60, "low": 60, "high": 60, "mark": "weak", "source": "stated for this set"}
        data["command"]["actors"]["post"]["decision_time_s"] = held

    sets = {
        "2.5 km/s, 150 km, above 50 km; 0.003 m²": faint,
        "the same without a cue": uncued,
        "the same, cued, a minute to decide": slow,
        "the same, cued, 20 s to decide, 0.01 m²": low,
        "every value at its best: 2.7 km/s, 200 km, above 40 km; 0.01 m²": lambda data: None,
    }
    for title, change in sets.items():
        data = yaml.safe_load(STRATEGIC)
        change(data)
        region = (18.0, -160.5, 23.5, -153.5)  # the ground that any of the sets reaches
        made = make_map(loads(written(data)), "footprint", region=region, cells=fine)
        lat, lon = np.meshgrid(made.latitude_deg, made.longitude_deg, indexing="ij")
        good = made.layers[0].values >= made.facts["level"]
        cell_km2 = made.facts["step_km"] * 111.2 * np.diff(lon[0])[0] * np.cos(np.radians(lat))
        found = math.sqrt(4.0 / math.pi * float(cell_km2[good].sum()))
        words = f"as much ground as a circle {found:.0f} km across (120 claimed)"
        if good.any():
            east_km = 111.2 * np.cos(np.radians(lat)) * (lon + 157.86)
            off_km = np.hypot(111.2 * (lat - 21.31), east_km)[good].min()
            words += f", from {off_km:.0f} km off the battery on"
        yield title, 90.0 <= found <= 150.0, words


CLAIMS = {"two_sites": two_sites, "seongju": seongju, "ships": ships, "strategic": strategic}


def main(names=(), cells=28):
    """Print each claim with its assumption sets; return what came out."""
    found = {}
    for name in names or CLAIMS:
        claim = CLAIMS[name]
        print(f"\n{claim.__doc__}")
        found[name] = list(claim((cells, cells)))
        for title, true, words in found[name]:
            print(f"  {'true ' if true else 'false'}  {title}: {words}", flush=True)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
