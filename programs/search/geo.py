"""Distance on the globe."""

import numpy as np
import numpy.typing as npt

from .arrays import Floats64

Point = tuple[float, float]
"""Latitude and longitude, degrees."""

NOWHERE: Point = (float("nan"), float("nan"))
"""Nothing is near it."""

EARTH_RADIUS_MILES = 3958.8
"""Mean radius (IUGG 6371.0 km)."""


def miles_between(center: Point, latitudes: npt.ArrayLike, longitudes: npt.ArrayLike) -> Floats64:
    """Great-circle miles (haversine) from ``center`` to each place; NaN where a place is unknown.

    All angles in degrees; ``latitudes`` and ``longitudes`` are float arrays of one shape, NaN for unknown.
    """
    latitude, longitude = np.radians(center)
    there = np.radians(np.asarray(latitudes, dtype=np.float64))
    across = np.radians(np.asarray(longitudes, dtype=np.float64)) - longitude
    half = np.sin((there - latitude) / 2) ** 2 + np.cos(latitude) * np.cos(there) * np.sin(across / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
