"""Can this radar see that missile? When it comes over the horizon, and what a look at it is worth.

A flight, a radar, and nothing else: no network, no tracker, no draw. `hoplon radar` shows what a radar sees
at large; this asks about one flight.
"""

import sys

import numpy as np

import hoplon
from hoplon.earth.frames import geodetic_from_ecef
from hoplon.front_radar_find import find_radar
from hoplon.sensor import observe
from hoplon.sensor.detection import probability_of_detection

MISSILE, LAUNCH, AIM = "nodong", "sunan", "osaka"


def main(radar_name: str = "japan-2018:kyogamisaki") -> None:
    """Fly one missile past one radar and print what the radar could see of it."""
    flight = hoplon.fly(MISSILE, LAUNCH, AIM)
    radar = find_radar(radar_name).radar  # a sensor of a scenario, or a site: a bare type stands nowhere
    print(f"{MISSILE} from {LAUNCH} to {AIM}: {flight.range_km:.0f} km, apogee {flight.apogee_km:.0f} km")
    print(
        f"{radar_name}: {radar.band} band, azimuth {radar.azimuth_from_deg:g} to {radar.azimuth_to_deg:g}°, "
        f"lowest beam {radar.lowest_elevation_deg:g}°\n"
    )

    # The echo: the whole missile while it burns, the re-entry body after that, in the radar's own band.
    entry = hoplon.catalogue().missile(MISSILE)
    t_s = np.arange(0.0, flight.flight_time_s, 1.0)
    body, cone = entry.body_cross_section_m2[radar.band], entry.reentry_cross_section_m2[radar.band]
    rcs_m2 = np.where(t_s <= flight.burnout_s, body, cone)

    # What there is to see: geometry, horizon with refraction, sector, and the mean signal-to-noise ratio.
    r_ecef_m, v_ecef_m_s = flight.state_at(t_s)
    seen = observe(radar, t_s, r_ecef_m[None], v_ecef_m_s[None], rcs_m2[None], alive=[[True]])
    visible, snr_track = seen.visible[0], seen.snr_track[0]
    if not visible.any():
        print("never in its view")
        return

    # One look in search, and one at a track, which lasts longer; out of view nothing is detected.
    looks = {"search": radar.search_dwell_s / radar.track_dwell_s, "track": 1.0}
    detected = {
        name: np.where(
            visible,
            probability_of_detection(snr_track * share, radar.false_alarm_probability, radar.swerling),
            0.0,
        )
        for name, share in looks.items()
    }

    print("  time   range  elevation  altitude    echo   detected by one look")
    print("     s      km          °        km      dB   in search  in track")
    altitude_km = geodetic_from_ecef(r_ecef_m)[2] / 1e3
    for i in range(0, len(t_s), 30):
        if visible[i]:
            print(
                f"{t_s[i]:6.0f} {seen.range_m[0, i] / 1e3:7.0f} {np.degrees(seen.elevation_rad[0, i]):10.1f} "
                f"{altitude_km[i]:9.0f} {10 * np.log10(snr_track[i]):7.1f} {detected['search'][i]:11.2f} "
                f"{detected['track'][i]:9.2f}"
            )

    first, last = t_s[visible][[0, -1]]
    print(f"\nin view from {first:.0f} to {last:.0f} s of {flight.flight_time_s:.0f} s")
    # Looks are independent here (scan-to-scan fluctuation): the chance that all of them failed is a product.
    every = seen.look_t_index
    missed = np.cumprod(1.0 - detected["search"][every])
    sure = t_s[every][missed < 0.1]
    if sure.size:
        print(f"found by its own search with probability 0.9 after {sure[0]:.0f} s")
    else:
        print(f"its own search finds it with probability {1.0 - missed[-1]:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
