"""What the arrays of the search hold, by name."""

from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Ints = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers of whatever width: positions, counts, keys to sort by."""

Floats32 = npt.NDArray[np.float32]
Floats64 = npt.NDArray[np.float64]
