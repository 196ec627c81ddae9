"""Replicate's own Python client, unchanged but for its address. Prints what happened as one line of JSON."""

import faulthandler
import json
import os
import sys
import time

os.environ["REPLICATE_POLL_INTERVAL"] = "0.02"
import replicate
from replicate.exceptions import ModelError, ReplicateError

faulthandler.dump_traceback_later(90, exit=True)
base, mode, picture = sys.argv[1:4]
client = replicate.Client(api_token="r8_sandbox-key-0005", base_url=base)
model = "kwaivgi/kling-v3-video"
asked = {"prompt": "A red door opens", "mode": "standard", "duration": 3}

if mode == "life":
    with open(picture, "rb") as file:
        image = client.files.create(file)
    prediction = client.predictions.create(model=model, input={**asked, "start_image": image.urls["get"]})
    states = [prediction.status]
    while prediction.status not in ("succeeded", "failed", "canceled"):
        time.sleep(0.02)
        prediction.reload()
        states.append(prediction.status)
    told = {"picture": image.urls["get"], "clip": prediction.output, "states": sorted(set(states))}
    stopped = client.predictions.create(model=model, input=asked)
    stopped.cancel()
    stopped.reload()
    told["stopped"] = stopped.status
    # `run` lets the service wait, and looks through what was made.
    told["run"] = str(client.run(model, input=asked))
    told["listed"] = len(client.predictions.list().results)
    print(json.dumps(told))
else:
    errors = []
    for duration in (3, 99):
        try:
            client.run(model, input={**asked, "duration": duration})
            errors.append("no error")
        except (ModelError, ReplicateError) as error:
            errors.append(f"{type(error).__name__} {error}")
    print(json.dumps({"failed": errors[0], "refused": errors[1]}))
