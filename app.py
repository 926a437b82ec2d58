"""`python app.py` runs the bot; `python app.py play` runs it on a local Slack. Everything else: bot.cli."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
