"""A fluid simulated by Fourier transforms, and the gradient of where its dye ends in how it was stirred at first.

Incompressible flow in a periodic square: the velocity is the curl of a stream function, whose transform gives all
derivatives as products with wave numbers (Canuto et al., "Spectral Methods in Fluid Dynamics", 1988, chapter 3).
"""

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import value_and_grad

SIZE, STEPS, TIME_STEP, VISCOSITY = 16, 8, 0.05, 0.02

waves = np.fft.fftfreq(SIZE) * SIZE
kx, ky = waves[:, np.newaxis], waves[np.newaxis, :]
squared = kx**2 + ky**2
inverse_laplacian = np.where(squared > 0.0, -1.0 / np.where(squared > 0.0, squared, 1.0), 0.0)
kept = (np.abs(kx) < SIZE / 3) & (np.abs(ky) < SIZE / 3)  # products of what is kept alias into what is not

axis = 2.0 * np.pi * np.arange(SIZE) / SIZE
x, y = np.meshgrid(axis, axis, indexing="ij")
dye = np.exp(-((x - np.pi) ** 2) - (y - 2.0) ** 2)
goal = np.exp(-((x - np.pi) ** 2) - (y - 4.0) ** 2)


def real_field(transform):
    return np.real(np.fft.ifft2(transform))


def transported(transform, velocity):
    """The transform of minus the velocity times the gradient of a field."""
    u, v = velocity
    return -1.0 * kept * np.fft.fft2(u * real_field(1j * kx * transform) + v * real_field(1j * ky * transform))


def velocity_of(vorticity):
    stream = inverse_laplacian * vorticity
    return real_field(-1j * ky * stream), real_field(1j * kx * stream)


def step(vorticity, density):
    velocity = velocity_of(vorticity)
    damping = 1.0 / (1.0 + TIME_STEP * VISCOSITY * squared)
    return (
        damping * (vorticity + TIME_STEP * transported(vorticity, velocity)),
        damping * (density + TIME_STEP * transported(density, velocity)),
    )


def simulate(vorticity_at_first):
    vorticity, density = np.fft.fft2(vorticity_at_first), np.fft.fft2(dye)
    for _ in range(STEPS):
        vorticity, density = step(vorticity, density)
    return real_field(density)


def objective(vorticity):
    """The mean squared distance of the dye from its goal, of the vorticity at first."""
    return np.mean((simulate(np.reshape(vorticity, (SIZE, SIZE))) - goal) ** 2)


def run():
    vorticity = 2.0 * npr.RandomState(3).randn(SIZE * SIZE)
    value, gradient = value_and_grad(objective)(vorticity)
    for _ in range(5):
        vorticity = vorticity - 100.0 * value_and_grad(objective)(vorticity)[1]
    return {"value": value, "gradient": gradient, "value after five steps": objective(vorticity)}
