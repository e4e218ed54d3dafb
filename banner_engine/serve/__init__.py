"""serve: what an ad system talks to. It decides, assembles, answers, and counts.

A request never waits for paint: what is warm is answered on the event loop, what is cold is made by one
thread (`studio`), once however often it is asked for, and refused where too much waits.
"""
