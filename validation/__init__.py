"""How the engine is validated: simulation, and reference values of other programs."""
