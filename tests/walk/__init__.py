"""The way of the main job in a real browser, with the bot as a process of its own: `make walk`."""
