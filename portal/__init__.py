"""The Django project, and what its rooms share."""
