import math

import numpy as np
import pytest

from programs.search.geo import miles_between


def test_known_distance():
    """New York (40.7128, -74.0060) to Los Angeles (34.0522, -118.2437): 2,446 miles on a sphere."""
    miles = miles_between(
        (40.7128, -74.0060), np.array([34.0522, 40.7128, np.nan]), np.array([-118.2437, -74.0060, 0])
    )
    assert miles[0] == pytest.approx(2445.6, abs=1)
    assert miles[1] == 0
    assert math.isnan(miles[2])
