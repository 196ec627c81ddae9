"""WaveSpeed's own Python client, unchanged but for its address. Prints what happened as one line of JSON."""

import faulthandler
import json
import sys

import wavespeed

faulthandler.dump_traceback_later(90, exit=True)
base, mode, picture = sys.argv[1:4]
client = wavespeed.Client("sandbox-key-0001", base_url=base)
model = "kwaivgi/kling-v3.0-std/image-to-video"

if mode == "life":
    image = client.upload(picture)
    asked = {"image": image, "prompt": "A red door opens", "duration": 3}
    print(json.dumps({"picture": image, "clip": client.run(model, asked, poll_interval=0.05)["outputs"][0]}))
else:
    text = "kwaivgi/kling-v3.0-std/text-to-video"
    errors = []
    for asked in ({"prompt": "A red door opens", "duration": 3}, {"prompt": "A red door opens", "duration": 99}):
        try:
            client.run(text, asked, poll_interval=0.05)
            errors.append("no error")
        except RuntimeError as error:
            errors.append(str(error))
    print(json.dumps({"failed": errors[0], "refused": errors[1]}))
