"""Writes the logistic regression that tests/forward_mode/uses.rs compares with, as SciPy solves it.

    pip install numpy scipy
    python tests/golden/generate_newton.py

The loss is the mean binary cross entropy with 0.05 times the squares of the weights, without that of the bias. "step" solves
H step = gradient at "start" by conjugate gradients, and "minimum" is where Newton-CG ends.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse.linalg import cg

PENALTY = 0.05


def main():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 3))
    y = (2 * x[:, 0] - x[:, 1] + rng.standard_normal(40) > 0).astype(float)
    start = rng.standard_normal(4) * 0.5
    inputs = np.hstack([x, np.ones((40, 1))])
    decay = np.array([PENALTY] * 3 + [0.0])

    def loss(w):
        z = inputs @ w
        return np.mean(np.logaddexp(0, z) - y * z) + decay @ w**2

    def gradient(w):
        return inputs.T @ (1 / (1 + np.exp(-inputs @ w)) - y) / 40 + 2 * decay * w

    def hessian(w):
        p = 1 / (1 + np.exp(-inputs @ w))
        return inputs.T * (p * (1 - p)) @ inputs / 40 + np.diag(2 * decay)

    step, failed = cg(hessian(start), gradient(start), rtol=1e-14)
    assert not failed
    found = minimize(
        loss, start, jac=gradient, hessp=lambda w, v: hessian(w) @ v, method="Newton-CG", options={"xtol": 1e-14}
    )
    case = {"x": x, "y": y, "start": start, "gradient": gradient(start), "step": step, "minimum": found.x}
    text = json.dumps({name: value.ravel().tolist() for name, value in case.items()}, indent=1)
    Path(__file__).with_name("newton.json").write_text(text + "\n")


main()
