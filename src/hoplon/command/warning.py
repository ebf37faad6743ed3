"""Warning of the public: when people on the ground are told."""

from __future__ import annotations


def alert_time_s(first_known_s: float, first_prediction_s: float, delay_s: float) -> float:
    """Return when the public is alerted.

    The delay runs from the first report of the launch (a satellite's, or a firm track), since officials
    prepare the message while the track is still being formed; no alert goes out before there is an impact
    prediction that touches the ground to be warned.

    Parameters
    ----------
    first_known_s : float
        First report of the launch.
    first_prediction_s : float
        First impact prediction, or predicted overflight, that concerns the ground to be warned.
    delay_s : float
        From first report to the message on telephones and loudspeakers.

    Returns
    -------
    float

    Notes
    -----
    Source of the structure: the published minutes of 2017-08-29 and 2017-09-15 (launch to alert 240 s and
    180 s), and of the lofted shots for which alerts waited for a predicted landfall.
    """
    return max(first_known_s + delay_s, first_prediction_s)
