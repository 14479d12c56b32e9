"""The tooling of the tutorial: serves it, tests it and proves that its pages are true."""
