"""Intervals of shares: Wilson's, and the variance of a cumulative incidence."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054  # 95 %


def wilson(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """The interval of a share observed n times (Wilson 1927); n need not be whole. Without observations: 0 to 1."""
    if n <= 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(max(share * (1 - share), 0.0) / n + z * z / (4 * n * n))
    low = 0.0 if share <= 0 else max(middle - half, 0.0)
    return low, 1.0 if share >= 1 else min(middle + half, 1.0)


def incidence(dwell: NDArray[np.int64], cause: NDArray[np.int64], of: int) -> tuple[float, float]:
    """The share that ends by a cause, and its variance; ``cause`` is -1 where the end has not been seen.

    Aalen and Johansen's estimator at the last observation, with the variance of Marubini and Valsecchi (1995).
    Where everything has ended it is the plain share p, and the variance p (1 - p) / n.
    """
    times, group = np.unique(dwell, return_inverse=True)
    if not times.size:
        return 0.0, 0.0
    ended = np.bincount(group, cause >= 0, times.size)
    by = np.bincount(group, cause == of, times.size)
    everybody = np.bincount(group, minlength=times.size)
    at_risk = np.cumsum(everybody[::-1])[::-1].astype(float)
    survival = np.cumprod(1 - ended / at_risk)
    before = np.append(1.0, survival[:-1])
    reached = np.cumsum(before * by / at_risk)
    rest = reached[-1] - reached
    staying = at_risk * (at_risk - ended)
    first = np.divide(rest**2 * ended, staying, out=np.zeros_like(rest), where=staying > 0)
    second = before**2 * (at_risk - by) / at_risk**3 * by
    third = -2 * rest * before * by / at_risk**2
    return float(reached[-1]), float(max((first + second + third).sum(), 0.0))
