"""Where simulator and scoring are joined: the command line and what a notebook opens."""
