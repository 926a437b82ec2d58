"""The bot's main ways in a real browser, the bot a process of its own: `make walk`, `make people`.

walker    one pair of hands in Chromium: what a person does on the pages of the local Slack
pages     filling a page of the stepper, and finding the way through the hub
pictures  the camera: every screen on a desktop and on a phone
paths     WHAT IS WALKED, as data: the line, the small path, the full path
people    a script of docs/scenarios played by everybody in it, with the clock moved on
"""
