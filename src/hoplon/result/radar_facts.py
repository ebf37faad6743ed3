"""A radar as one JSON object."""

from __future__ import annotations

from typing import Any

from hoplon.result.radar_view import RadarView


def radar_facts(view: RadarView) -> dict[str, Any]:
    """Summarise a radar as one JSON object.

    Parameters
    ----------
    view : RadarView

    Returns
    -------
    dict
    """
    oriented = view.latitude_deg is not None
    return {
        "radar": view.name,
        "title": view.title,
        "band": view.band,
        "where": view.where or None,
        "sector": {
            "azimuth_from_deg": view.azimuth_from_deg if oriented else None,
            "azimuth_to_deg": view.azimuth_to_deg if oriented else None,
            "width_deg": (view.azimuth_to_deg - view.azimuth_from_deg) % 360.0 or 360.0,
            "elevation_min_deg": view.elevation_min_deg,
            "elevation_max_deg": view.elevation_max_deg,
            "lowest_deg": view.lowest_deg,
        },
        "notes": list(view.notes),
        "parameters": {
            row.key: {"best": row.best, "low": row.low, "high": row.high, "unit": row.unit, "mark": row.mark}
            for row in view.parameters
        },
        "detection": [
            {
                "target": target.label,
                "rcs_m2": target.rcs_m2,
                "rcs_low_m2": target.rcs_low_m2,
                "rcs_high_m2": target.rcs_high_m2,
                "mark": target.mark,
                "ranges": [
                    {"probability": p, "search_km": search, "track_km": track}
                    for p, search, track in zip(
                        view.probabilities, target.search_km, target.track_km, strict=True
                    )
                ],
            }
            for target in view.targets
        ],
        "horizon": [
            {
                "ground_range_km": ground,
                "lowest_visible_altitude_km": low,
                "without_air_km": straight,
                "highest_beam_km": high,
            }
            for ground, low, straight, high in zip(
                view.horizon_ground_km.tolist(),
                view.horizon_km.tolist(),
                view.horizon_straight_km.tolist(),
                view.ceiling_km.tolist(),
                strict=True,
            )
        ],
        "plan": {
            "altitude_km": view.plan_altitude_km,
            "probability": view.probabilities[0],
            "azimuth_deg": view.plan_azimuth_deg.tolist() if oriented else None,
            "targets": [
                {
                    "target": target.label,
                    "nearest_km": target.plan_search_km[:, 0].tolist(),
                    "farthest_km": target.plan_search_km[:, 1].tolist(),
                }
                for target in view.targets
            ],
        },
        "accuracy": [
            {
                "slant_range_km": r,
                "snr_db": snr,
                "probability": p,
                "sigma_range_m": sigma,
                "sigma_angle_mrad": angle,
                "sigma_across_m": r * angle,
            }
            for r, snr, p, sigma, angle in zip(
                view.accuracy_range_km.tolist(),
                view.accuracy_snr_db.tolist(),
                view.accuracy_pd.tolist(),
                view.sigma_range_m.tolist(),
                view.sigma_angle_mrad.tolist(),
                strict=True,
            )
        ],
    }
