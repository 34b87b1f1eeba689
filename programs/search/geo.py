"""Distance on the globe."""

import numpy as np

EARTH_RADIUS_MILES = 3958.8
"""Mean radius (IUGG 6371.0 km)."""


def miles_between(center: tuple[float, float], latitudes, longitudes) -> np.ndarray:
    """Great-circle miles (haversine) from ``center`` to each place; NaN where a place is unknown.

    All angles in degrees; ``latitudes`` and ``longitudes`` are float arrays of one shape, NaN for unknown.
    """
    latitude, longitude = np.radians(center)
    latitudes, longitudes = np.radians(latitudes), np.radians(longitudes)
    half = np.sin((latitudes - latitude) / 2) ** 2
    half = half + np.cos(latitude) * np.cos(latitudes) * np.sin((longitudes - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
